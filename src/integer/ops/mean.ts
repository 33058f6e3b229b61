import { clampOf, fixedPoint, requantize, toFloat32Mean } from "../arithmetic/index.js";
import type { IntegerTensor, MeanOp } from "../program/index.js";
import {
  type Context,
  eightBit,
  narrow,
  type Step,
  scaleOf,
  sizeOf,
  zeroPointOf,
} from "./context.js";

/** The mean over axes, on the output's scale. */
export function mean(op: MeanOp, context: Context): Step {
  const input = context.tensor(op.inputs[0]!);
  const output = context.tensor(op.output);
  const x = eightBit(context, op.inputs[0]!);
  const out = narrow(context, op.output);
  const sums = context.accumulators(out.length);
  const places = placesOf(input.shape, op.axes);
  const count = x.length / out.length;
  if (context.kernel === "xnnpack") {
    const plan = { ...clampOf("none", output), ...delegated(input, output, count) };
    return () => {
      sumUp(x, places, 0, sums);
      toFloat32Mean(sums, out, plan);
    };
  }
  const clamp = { ...clampOf("none", output), channels: 1 };
  const { shape } = output;
  const over = (axis: number) => op.axes.includes(axis);
  const fast = op.keepDims && shape.length === 4 && op.axes.length === 2 && over(1) && over(2);
  if (context.kernel === "tflite-optimized" && fast) {
    const requantization = { ...clamp, ...optimized(input, output, count), channels: shape[3]! };
    const end = shape[3]! - (shape[3]! % 16);
    return () => {
      sumUp(x, places, 0, sums);
      requantize("twiceUp", sums, out, requantization, 0, end);
      requantize("twice", sums, out, requantization, end);
    };
  }
  const ratio = scaleOf(input) / scaleOf(output);
  const requantization = { ...clamp, ...builtIn(ratio, count), zeroPoint: zeroPointOf(output) };
  return () => {
    sumUp(x, places, -count * zeroPointOf(input), sums);
    requantize("twice", sums, out, requantization);
  };
}

/**
 * TensorFlow Lite's optimized mean over height and width: the sum of the codes, one multiplier, and the zero points
 * together, rounded in float32; 16 channels at a time round halves up.
 */
function optimized(input: IntegerTensor, output: IntegerTensor, count: number) {
  const { fround } = Math;
  const scale = scaleOf(output);
  const shift = fround(fround(zeroPointOf(input) * scaleOf(input)) / scale);
  const zeroPoint = zeroPointOf(output) - Math.trunc(fround(shift > 0 ? shift + 0.5 : shift - 0.5));
  const factor = fround(scaleOf(input) / fround(count * scale));
  const fixed = fixedPoint(factor);
  const channels = output.shape[3]!;
  return {
    factors: new Float64Array(channels).fill(factor),
    multipliers: new Int32Array(channels).fill(fixed.multiplier),
    shifts: new Int32Array(channels).fill(fixed.shift),
    zeroPoint,
  };
}

/** TensorFlow Lite divides the multiplier by the number of entries. */
function builtIn(ratio: number, count: number) {
  const { multiplier, shift } = fixedPoint(ratio);
  const bits = Math.min(Math.floor(Math.log2(count)), 32, 31 + shift);
  const divided = Number((BigInt(multiplier) << BigInt(bits)) / BigInt(count));
  return {
    factors: Float64Array.of(0),
    multipliers: Int32Array.of(divided),
    shifts: Int32Array.of(shift - bits),
  };
}

/** XNNPACK multiplies the sum of the codes in float32, and adds a float32 number that has both zero points. */
function delegated(input: IntegerTensor, output: IntegerTensor, count: number) {
  const { fround } = Math;
  const ratio = fround(scaleOf(input) / scaleOf(output));
  const factor = fround(ratio / count);
  const zero = fround(fround(zeroPointOf(input) * count) * factor);
  return { factor, bias: fround(zeroPointOf(output) - zero) };
}

/** For each entry of the input, the entry of the output that it is part of. */
function placesOf(shape: readonly number[], axes: readonly number[]): Int32Array {
  const places = new Int32Array(sizeOf(shape));
  let inner = 1;
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const length = shape[axis]!;
    if (!axes.includes(axis)) {
      for (let i = 0; i < places.length; i++) {
        places[i] = places[i]! + (Math.floor(i / inner) % length) * stride;
      }
      stride *= length;
    }
    inner *= length;
  }
  return places;
}

function sumUp(x: Int16Array, places: Int32Array, start: number, sums: Int32Array): void {
  sums.fill(start);
  for (let i = 0; i < x.length; i++) sums[places[i]!] = sums[places[i]!]! + x[i]!;
}

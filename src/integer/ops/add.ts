import {
  clampOf,
  fixedPoint,
  halfEven,
  multiplyTwice,
  requantize,
  shiftUp,
} from "../arithmetic/index.js";
import type { BinaryOp, IntegerTensor } from "../program/index.js";
import { broadcast } from "./broadcast.js";
import { type Context, narrow, type Step, scaleOf, zeroPointOf } from "./context.js";

/**
 * A sum or a difference. Each input has a table from its codes to int32 terms on a common scale; the terms' sum
 * is requantized.
 */
export function add(op: BinaryOp, context: Context): Step {
  const output = context.tensor(op.output);
  const [first, second] = op.inputs.map((input) => context.tensor(input)) as [
    IntegerTensor,
    IntegerTensor,
  ];
  const x = broadcast(context, op.inputs[0]!, output.shape);
  const y = broadcast(context, op.inputs[1]!, output.shape);
  const out = narrow(context, op.output);
  const sums = context.accumulators(out.length);
  const sign = op.type === "subtract" ? -1 : 1;
  const { terms, finish } =
    context.kernel === "xnnpack" && !isWide(output) && delegatesSum([first, second], output)
      ? delegated(op, first, second, output)
      : builtIn(op, first, second, output);
  const half = isWide(output) ? 2 ** 15 : 2 ** 7;
  const left = tableOf(terms[0], half);
  const right = tableOf((code) => sign * terms[1](code), half);
  return () => {
    x.run?.();
    y.run?.();
    addTerms(x.codes, left, y.codes, right, sums, half);
    finish(sums, out);
  };
}

interface Terms {
  readonly terms: readonly [(code: number) => number, (code: number) => number];
  finish(sums: Int32Array, out: Int16Array): void;
}

/** Whether codes have 16 bits, which XNNPACK leaves to TensorFlow Lite. */
function isWide({ type }: IntegerTensor): boolean {
  return type === "int16";
}

/** TensorFlow Lite's kernels: the inputs, 20 bits higher (15 bits for 16-bit codes), on twice the larger scale. */
function builtIn(
  op: BinaryOp,
  first: IntegerTensor,
  second: IntegerTensor,
  output: IntegerTensor,
): Terms {
  const lifted = 2 ** (isWide(output) ? 15 : 20);
  const common = 2 * Math.max(scaleOf(first), scaleOf(second));
  const term = (tensor: IntegerTensor) => {
    const { multiplier, shift } = fixedPoint(scaleOf(tensor) / common);
    return (code: number) =>
      multiplyTwice((code - zeroPointOf(tensor)) * lifted, multiplier, shift);
  };
  const { multiplier, shift } = fixedPoint(common / (lifted * scaleOf(output)));
  const requantization = {
    factors: Float64Array.of(0),
    multipliers: Int32Array.of(multiplier),
    shifts: Int32Array.of(shift),
    channels: 1,
    zeroPoint: zeroPointOf(output),
    ...clampOf(op.activation, output),
  };
  return {
    terms: [term(first), term(second)],
    finish: (sums, out) => requantize("twice", sums, out, requantization),
  };
}

/** Whether XNNPACK takes the inputs' scales; it leaves other sums to TensorFlow Lite. */
export function delegatesSum(inputs: readonly IntegerTensor[], output: IntegerTensor): boolean {
  return inputs.every((input) => {
    const ratio = Math.fround(scaleOf(input) / scaleOf(output));
    return ratio >= 2 ** -10 && ratio < 2 ** 8;
  });
}

/** XNNPACK's kernel (`xnn_qs8_vadd`): multipliers of up to 21 bits, and one shift. */
function delegated(
  op: BinaryOp,
  first: IntegerTensor,
  second: IntegerTensor,
  output: IntegerTensor,
): Terms {
  const ratios = [first, second].map((tensor) => Math.fround(scaleOf(tensor) / scaleOf(output)));
  const shift = 20 - Math.floor(Math.log2(Math.max(...ratios)));
  const term = (tensor: IntegerTensor, ratio: number) => {
    const multiplier = halfEven(ratio * 2 ** shift);
    return (code: number) => multiplier * (code - zeroPointOf(tensor));
  };
  const clamp = clampOf(op.activation, output);
  return {
    terms: [term(first, ratios[0]!), term(second, ratios[1]!)],
    finish: (sums, out) => shiftUp(sums, out, shift, zeroPointOf(output), clamp),
  };
}

/** The terms of the codes from −half to half − 1. */
function tableOf(term: (code: number) => number, half: number): Int32Array {
  return Int32Array.from({ length: 2 * half }, (_, i) => term(i - half));
}

function addTerms(
  x: Int16Array,
  left: Int32Array,
  y: Int16Array,
  right: Int32Array,
  sums: Int32Array,
  half: number,
): void {
  for (let i = 0; i < sums.length; i++) sums[i] = left[x[i]! + half]! + right[y[i]! + half]!;
}

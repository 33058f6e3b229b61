import {
  fixedExp,
  fixedPoint,
  highMultiply,
  reciprocal,
  roundingShift,
  word32,
} from "../arithmetic/index.js";
import type { SoftmaxOp } from "../program/index.js";
import { type Context, eightBit, narrow, type Step, scaleOf } from "./context.js";

/**
 * Softmax over the last axis, onto scale 1/256 and zero point −128. `"tflite-reference"` computes it in fixed point
 * with gemmlowp; the others with a table of float32 exponentials, which is filled before any input comes, and
 * with float32 sums and quotients of its entries.
 */
export function softmax(op: SoftmaxOp, context: Context): Step {
  const input = context.tensor(op.inputs[0]!);
  const x = eightBit(context, op.inputs[0]!);
  const out = narrow(context, op.output);
  const depth = input.shape.at(-1) ?? 1;
  if (context.kernel === "tflite-reference") {
    const exponentials = fixedExponentials(scaleOf(input));
    return () => fixedRows(x, depth, exponentials, out);
  }
  const exponentials = floatExponentials(scaleOf(input));
  return () => floatRows(x, depth, exponentials, out);
}

/** exp(−scale · d) in 31 fractional bits, for d from 0 to 255; −1 where TensorFlow Lite leaves the entry out. */
export function fixedExponentials(scale: number): Int32Array {
  const { multiplier, shift } = fixedPoint(Math.min(scale * 2 ** 26, 2 ** 31 - 1));
  const farthest = Math.floor((31 * 2 ** 26) / 2 ** shift);
  return Int32Array.from({ length: 256 }, (_, difference) => {
    if (difference > farthest) return -1;
    const scaled = highMultiply(-difference * 2 ** shift, multiplier);
    return fixedExp(scaled, 5, word32);
  });
}

function fixedRows(x: Int16Array, depth: number, exponentials: Int32Array, out: Int16Array): void {
  for (let row = 0; row < x.length; row += depth) {
    const largest = largestOf(x, row, depth);
    let sum = 0;
    for (let i = row; i < row + depth; i++) {
      const exponential = exponentials[largest - x[i]!]!;
      if (exponential >= 0) sum += roundingShift(exponential, 12);
    }
    const headroom = Math.clz32(sum);
    const scale = reciprocal(((sum << headroom) - 2 ** 31) | 0, word32);
    const exponent = 12 - headroom + 31 - 8;
    for (let i = row; i < row + depth; i++) {
      const exponential = exponentials[largest - x[i]!]!;
      const code = exponential < 0 ? 0 : roundingShift(highMultiply(exponential, scale), exponent);
      out[i] = Math.min(255, code) - 128;
    }
  }
}

/** exp(−scale · d) in float32, for d from 0 to 255. */
export function floatExponentials(scale: number): Float32Array {
  return Float32Array.from({ length: 256 }, (_, difference) =>
    Math.exp(Math.fround(-scale * difference)),
  );
}

function floatRows(x: Int16Array, depth: number, exponentials: Float32Array, out: Int16Array) {
  for (let row = 0; row < x.length; row += depth) {
    const largest = largestOf(x, row, depth);
    let sum = 0;
    for (let i = row; i < row + depth; i++) {
      sum = Math.fround(sum + exponentials[largest - x[i]!]!);
    }
    const inverse = Math.fround(1 / Math.fround(sum * Math.fround(1 / 256)));
    for (let i = row; i < row + depth; i++) {
      const value = Math.fround(exponentials[largest - x[i]!]! * inverse);
      out[i] = Math.min(255, Math.floor(value + 0.5)) - 128;
    }
  }
}

function largestOf(x: Int16Array, row: number, depth: number): number {
  let largest = -32768;
  for (let i = row; i < row + depth; i++) largest = Math.max(largest, x[i]!);
  return largest;
}

import { expConstants, integerExp } from "../arithmetic/index.js";
import type { IntegerSoftmaxOp } from "../program/index.js";
import { type Context, eightBit, narrow, type Step, scaleOf } from "./context.js";

/**
 * I-BERT's softmax (Kim et al. 2021, section 3.5): i-exp of the differences to the largest code, divided by their sum, in whole
 * numbers. Codes of 8 bits are coarse for i-exp, whose constants are floors: they are multiplied by a power of two first,
 * so that ln 2 has at least 10 bits. A table holds i-exp of the 256 differences.
 */
export function integerSoftmax(op: IntegerSoftmaxOp, context: Context): Step {
  const input = context.tensor(op.inputs[0]!);
  const x = eightBit(context, op.inputs[0]!);
  const out = narrow(context, op.output);
  const depth = input.shape.at(-1) ?? 1;
  const bits = Math.max(0, Math.ceil(Math.log2((1024 * scaleOf(input)) / Math.LN2)));
  const constants = expConstants(scaleOf(input) / 2 ** bits);
  const exponentials = Float64Array.from({ length: 256 }, (_, difference) =>
    integerExp(-difference * 2 ** bits, constants),
  );
  return () => {
    for (let row = 0; row < x.length; row += depth) softmaxRow(x, row, depth, exponentials, out);
  };
}

/** round(256 · exponential / sum), at most 255, less 128. */
function softmaxRow(
  x: Int16Array,
  row: number,
  depth: number,
  exponentials: Float64Array,
  out: Int16Array,
): void {
  let largest = -32768;
  for (let i = row; i < row + depth; i++) largest = Math.max(largest, x[i]!);
  let sum = 0;
  for (let i = row; i < row + depth; i++) sum += exponentials[largest - x[i]!]!;
  const half = Math.floor(sum / 2);
  for (let i = row; i < row + depth; i++) {
    const share = Math.floor((256 * exponentials[largest - x[i]!]! + half) / sum);
    out[i] = Math.min(255, share) - 128;
  }
}

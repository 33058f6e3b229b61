import { clampOf, multipliersOf, requantize } from "../arithmetic/index.js";
import type { BatchMatMulOp } from "../program/index.js";
import { type Context, eightBit, narrow, type Step, scaleOf, zeroPointOf } from "./context.js";

/** Products of the matrices in the last two axes. XNNPACK computes them if the second matrix has the zero point 0. */
export function batchMatMul(op: BatchMatMulOp, context: Context): Step {
  const [first, second] = op.inputs as [number, number];
  const [a, b] = [context.tensor(first), context.tensor(second)];
  const output = context.tensor(op.output);
  const [rows = 1, taps = 1] = a.shape.slice(-2);
  const columns = output.shape.at(-1) ?? 1;
  const x = eightBit(context, first);
  const y = eightBit(context, second);
  const out = narrow(context, op.output);
  const sums = context.accumulators(out.length);
  const scales = Float32Array.of(scaleOf(b));
  const delegated = context.kernel === "xnnpack" && zeroPointOf(b) === 0;
  const kernel = delegated ? "xnnpack" : "tflite-reference";
  const requantization = {
    ...multipliersOf(scaleOf(a), scales, scaleOf(output), 1, kernel),
    ...clampOf("none", output),
    channels: 1,
    zeroPoint: zeroPointOf(output),
  };
  const product = op.transposeB ? multiplyTransposed : multiplyPlain;
  return () => {
    product(x, zeroPointOf(a), y, zeroPointOf(b), rows, taps, columns, sums);
    requantize(delegated ? "float32" : "twice", sums, out, requantization);
  };
}

function multiplyPlain(
  x: Int16Array,
  zeroX: number,
  y: Int16Array,
  zeroY: number,
  rows: number,
  taps: number,
  columns: number,
  sums: Int32Array,
): void {
  for (let i = 0; i < sums.length; i++) {
    const row = Math.floor(i / columns);
    const matrix = Math.floor(row / rows);
    const from = matrix * taps * columns + (i % columns);
    let sum = 0;
    for (let k = 0; k < taps; k++) {
      sum = (sum + Math.imul(x[row * taps + k]! - zeroX, y[from + k * columns]! - zeroY)) | 0;
    }
    sums[i] = sum;
  }
}

function multiplyTransposed(
  x: Int16Array,
  zeroX: number,
  y: Int16Array,
  zeroY: number,
  rows: number,
  taps: number,
  columns: number,
  sums: Int32Array,
): void {
  for (let i = 0; i < sums.length; i++) {
    const row = Math.floor(i / columns);
    const matrix = Math.floor(row / rows);
    const from = (matrix * columns + (i % columns)) * taps;
    let sum = 0;
    for (let k = 0; k < taps; k++) {
      sum = (sum + Math.imul(x[row * taps + k]! - zeroX, y[from + k]! - zeroY)) | 0;
    }
    sums[i] = sum;
  }
}

import type { ConcatenateOp } from "../program/index.js";
import { type Context, narrow, type Step, sizeOf } from "./context.js";

/** Tensors one behind the other along an axis. */
export function concatenate(op: ConcatenateOp, context: Context): Step {
  const { shape } = context.tensor(op.output);
  const out = narrow(context, op.output);
  const outer = sizeOf(shape.slice(0, op.axis));
  const row = out.length / outer;
  let offset = 0;
  const steps = op.inputs.map((input) => {
    const x = narrow(context, input);
    const length = x.length / outer;
    const start = offset;
    offset += length;
    return () => copyRows(x, length, out, start, row, outer);
  });
  return () => {
    for (const step of steps) step();
  };
}

function copyRows(
  x: Int16Array,
  length: number,
  out: Int16Array,
  start: number,
  row: number,
  rows: number,
): void {
  for (let r = 0; r < rows; r++) {
    for (let i = 0; i < length; i++) out[r * row + start + i] = x[r * length + i]!;
  }
}

import type { GatherOp } from "../program/index.js";
import { type Context, narrow, type Step } from "./context.js";

/** Rows of a table, by their indices. */
export function gather(op: GatherOp, context: Context): Step {
  const [indices, table] = op.inputs as [number, number];
  const rows = context.codes(indices);
  const from = narrow(context, table);
  const out = narrow(context, op.output);
  const [count = 0, width = 0] = context.tensor(table).shape;
  const { name } = context.tensor(indices);
  return () => {
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]!;
      if (row < 0 || row >= count) {
        throw new RangeError(`invalid index in \`${name}\`: ${row} (expected 0 to ${count - 1})`);
      }
      for (let c = 0; c < width; c++) out[i * width + c] = from[row * width + c]!;
    }
  };
}

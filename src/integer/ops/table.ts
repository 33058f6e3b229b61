import { awayFromZero } from "../arithmetic/index.js";
import type { TableFunction, TableOp } from "../program/index.js";
import { type Context, type Step, scaleOf, zeroPointOf } from "./context.js";
import { lookUp } from "./lookUp.js";
import { tableFunctions } from "./tableFunctions.js";

/**
 * A function by a table of all codes, which is computed in float32 when the op is prepared, as TensorFlow Lite's
 * `LUTPopulate` does: the value of each code, the function, the product with the output scale's reciprocal,
 * halves away from zero.
 */
export function table(op: TableOp, context: Context): Step {
  const input = context.tensor(op.inputs[0]!);
  const output = context.tensor(op.output);
  const of = tableFunctions[op.function satisfies TableFunction];
  const inverse = Math.fround(1 / scaleOf(output));
  return lookUp(context, op.inputs[0]!, op.output, (code) => {
    const value = Math.fround(scaleOf(input) * (code - zeroPointOf(input)));
    const rescaled = awayFromZero(Math.fround(Math.fround(of(value)) * inverse));
    return Math.max(output.smallest, Math.min(output.largest, rescaled + zeroPointOf(output)));
  });
}

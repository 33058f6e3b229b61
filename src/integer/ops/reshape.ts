import type { ReinterpretOp, ReshapeOp } from "../program/index.js";
import type { Context, Step } from "./context.js";

/** The same codes in another shape, or on another scale. */
export function reshape(op: ReshapeOp | ReinterpretOp, context: Context): Step {
  const from = context.codes(op.inputs[0]!);
  const to = context.codes(op.output);
  return () => to.set(from);
}

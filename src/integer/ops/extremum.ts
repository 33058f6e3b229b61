import { clampOf } from "../arithmetic/index.js";
import type { BinaryOp } from "../program/index.js";
import { broadcast } from "./broadcast.js";
import { type Context, narrow, type Step } from "./context.js";

/** The larger or the smaller code; both inputs have the output's scale. */
export function extremum(op: BinaryOp, context: Context): Step {
  const output = context.tensor(op.output);
  const x = broadcast(context, op.inputs[0]!, output.shape);
  const y = broadcast(context, op.inputs[1]!, output.shape);
  const out = narrow(context, op.output);
  const { smallest, largest } = clampOf(op.activation, output);
  const choose = op.type === "maximum" ? larger : smaller;
  return () => {
    x.run?.();
    y.run?.();
    choose(x.codes, y.codes, out, smallest, largest);
  };
}

function larger(x: Int16Array, y: Int16Array, out: Int16Array, low: number, high: number): void {
  for (let i = 0; i < out.length; i++) out[i] = Math.min(high, Math.max(low, x[i]!, y[i]!));
}

function smaller(x: Int16Array, y: Int16Array, out: Int16Array, low: number, high: number): void {
  for (let i = 0; i < out.length; i++) out[i] = Math.max(low, Math.min(high, x[i]!, y[i]!));
}

import { dequantize, quantize } from "../arithmetic/index.js";
import type { FloatOp } from "../program/index.js";
import { type Context, narrow, type Step } from "./context.js";

/** A layer that stays in float: codes become values, and the layer's values become codes. */
export function float(op: FloatOp, context: Context): Step {
  const output = context.tensor(op.output);
  const codes = narrow(context, op.output);
  return () => {
    const values = op.inputs.map((input) =>
      dequantize(context.codes(input), context.tensor(input)),
    );
    codes.set(quantize(op.compute(values), output, context.kernel));
  };
}

import { clampOf, fixedPoint, requantize } from "../arithmetic/index.js";
import { type Codes, type Context, narrow, type Step, scaleOf, zeroPointOf } from "./context.js";

/** The values of codes that aren't 8-bit ones, or become others, on another scale: all kernels round twice. */
export function rescaleWide(
  op: { inputs: readonly number[]; output: number },
  context: Context,
): Step {
  const input = context.tensor(op.inputs[0]!);
  const output = context.tensor(op.output);
  const x = context.codes(op.inputs[0]!);
  const out = narrow(context, op.output);
  const differences = context.accumulators(out.length);
  const { multiplier, shift } = fixedPoint(scaleOf(input) / scaleOf(output));
  const requantization = {
    factors: Float64Array.of(0),
    multipliers: Int32Array.of(multiplier),
    shifts: Int32Array.of(shift),
    channels: 1,
    zeroPoint: zeroPointOf(output),
    ...clampOf("none", output),
  };
  return () => {
    subtract(x, zeroPointOf(input), differences);
    requantize("twice", differences, out, requantization);
  };
}

function subtract(x: Codes, zeroPoint: number, differences: Int32Array): void {
  for (let i = 0; i < differences.length; i++) differences[i] = x[i]! - zeroPoint;
}

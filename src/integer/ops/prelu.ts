import { fixedPoint, multiplyTwice } from "../arithmetic/index.js";
import type { PreluOp } from "../program/index.js";
import { broadcast } from "./broadcast.js";
import { type Context, eightBit, narrow, type Step, scaleOf, zeroPointOf } from "./context.js";

/**
 * x for x ≥ 0, else slope · x, with a slope for each entry of the second input. TensorFlow Lite's kernel, in all
 * resolvers: two multipliers of 32 bits, rounded twice.
 */
export function prelu(op: PreluOp, context: Context): Step {
  const [first, second] = op.inputs as [number, number];
  const [input, slope] = [context.tensor(first), context.tensor(second)];
  const output = context.tensor(op.output);
  const x = eightBit(context, first);
  const slopes = broadcast(context, second, output.shape);
  const out = narrow(context, op.output);
  const ratio = scaleOf(input) / scaleOf(output);
  const above = fixedPoint(ratio);
  const below = fixedPoint((scaleOf(input) * scaleOf(slope)) / scaleOf(output));
  const [zeroX, zeroSlope, zero] = [input, slope, output].map(zeroPointOf) as [
    number,
    number,
    number,
  ];
  const { smallest, largest } = output;
  return () => {
    slopes.run?.();
    for (let i = 0; i < out.length; i++) {
      const difference = x[i]! - zeroX;
      const code =
        difference >= 0
          ? multiplyTwice(difference, above.multiplier, above.shift)
          : multiplyTwice(
              difference * (slopes.codes[i]! - zeroSlope),
              below.multiplier,
              below.shift,
            );
      out[i] = Math.max(smallest, Math.min(largest, code + zero));
    }
  };
}

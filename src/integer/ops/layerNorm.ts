import { clampOf, fixedPoint, integerRoot, requantize } from "../arithmetic/index.js";
import type { LayerNormOp } from "../program/index.js";
import { type Context, eightBit, narrow, type Step, scaleOf, zeroPointOf } from "./context.js";
import { biasesOf, weightsOf } from "./weights.js";

/**
 * I-BERT's layer normalization (Kim et al. 2021, equation 15): (x − mean) / deviation · gamma + beta, the deviation by i-sqrt.
 * Nothing is rounded before the division: n · x − Σ x is n times the difference to the mean, and its squares' mean is n²
 * times the variance. The quotient has 12 fractional bits.
 */
export function layerNorm(op: LayerNormOp, context: Context): Step {
  const [input, gamma, beta] = op.inputs as [number, number, number];
  const output = context.tensor(op.output);
  const x = eightBit(context, input);
  const out = narrow(context, op.output);
  const { weights, channels, scales } = weightsOf(context, gamma, 0);
  if (channels > 1024) {
    throw new RangeError(
      `invalid width of layer \`${op.layer}\`: ${channels} (expected at most 1024, so that sums of squares have 53 bits)`,
    );
  }
  const biases = biasesOf(context, beta, channels);
  const { multiplier, shift } = fixedPoint(scales[0]! / 4096 / scaleOf(output));
  const requantization = {
    factors: Float64Array.of(0),
    multipliers: Int32Array.of(multiplier),
    shifts: Int32Array.of(shift),
    channels: 1,
    zeroPoint: zeroPointOf(output),
    ...clampOf("none", output),
  };
  const sums = context.accumulators(out.length);
  const guard = Math.round(op.epsilon * (channels / scaleOf(context.tensor(input))) ** 2);
  return () => {
    normalizeRows(x, guard, weights, biases, sums);
    requantize("twice", sums, out, requantization);
  };
}

/** Writes normalized rows times gamma plus beta, with 12 fractional bits. */
function normalizeRows(
  x: Int16Array,
  guard: number,
  gamma: Int16Array,
  beta: Float64Array,
  sums: Int32Array,
): void {
  const n = gamma.length;
  for (let row = 0; row < x.length; row += n) {
    let total = 0;
    for (let i = 0; i < n; i++) total += x[row + i]!;
    let squares = 0;
    for (let i = 0; i < n; i++) squares += (n * x[row + i]! - total) ** 2;
    // Six more bits of the variance are three more of the deviation.
    const deviation = Math.max(1, integerRoot(64 * (Math.floor(squares / n) + guard)));
    const half = Math.floor(deviation / 2);
    for (let i = 0; i < n; i++) {
      const difference = (n * x[row + i]! - total) * 8 * 4096;
      const normalized = Math.floor((difference + half) / deviation);
      sums[row + i] = normalized * gamma[i]! + beta[i]!;
    }
  }
}

import { checkBits, checkChoice } from "../../arguments/index.js";
import { bisect, normalDensity, normalTail } from "../../statistics/index.js";

/** A distribution that ACIQ has a closed form for. */
export type Distribution = "gaussian" | "laplace";

/**
 * The threshold α at which clipping and rounding to `bits` bits together cost the least, for values of
 * a distribution around 0 and steps of 2α / 2^bits. Banner et al. 2019, arXiv:1810.05723: for a Laplace
 * distribution, α = b·W(3·4^bits) with Lambert's W; for a Gaussian one, the root of
 * α·erfc(α/√2) − √(2/π)·e^(−α²/2) + α/(3·4^bits).
 *
 * @param bits from 1 to 17; a format without a sign that covers one half of the distribution has one more
 * @returns α in units of the distribution: standard deviations σ, or Laplace's b (the mean size)
 * @throws RangeError if `bits` is not an integer from 1 to 17, TypeError if the distribution is unknown
 * @example
 * q.calibration.aciqThreshold(4, "gaussian"); // 2.5591
 * q.calibration.aciqThreshold(4, "laplace"); // 5.0286
 */
export function aciqThreshold(bits: number, distribution: Distribution): number {
  checkBits(bits, { most: 17, example: 'q.calibration.aciqThreshold(4, "laplace")' });
  checkDistribution(distribution);
  const steps = 3 * 4 ** bits;
  return distribution === "laplace" ? lambertW(steps) : gaussianThreshold(steps);
}

/** @internal @throws TypeError if the distribution has no closed form */
export function checkDistribution(distribution: unknown): void {
  checkChoice("distribution", distribution, ["gaussian", "laplace"], {
    example: 'q.observer({ name: "aciq", distribution: "laplace" })',
  });
}

/** W(z), the w with w·e^w = z, for z > e: Newton on w + ln w = ln z. */
function lambertW(z: number): number {
  const log = Math.log(z);
  let w = log - Math.log(log);
  for (let i = 0; i < 20; i++) w -= (w + Math.log(w) - log) / (1 + 1 / w);
  return w;
}

/** The derivative of the error is negative below its root and positive above. */
function gaussianThreshold(steps: number): number {
  const slope = (a: number) => 2 * (a * normalTail(a) - normalDensity(a)) + a / steps;
  return bisect(slope, 0, 10);
}

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
 * @throws RangeError for other bits, TypeError for another distribution
 * @example
 * q.calibration.aciqThreshold(4, "gaussian"); // 2.5591
 * q.calibration.aciqThreshold(4, "laplace"); // 5.0286
 */
export function aciqThreshold(bits: number, distribution: Distribution): number {
  if (!Number.isInteger(bits) || bits < 1 || bits > 17) {
    throw new RangeError(`invalid bits: ${bits} (expected an integer from 1 to 17)`);
  }
  checkDistribution(distribution);
  const steps = 3 * 4 ** bits;
  return distribution === "laplace" ? lambertW(steps) : gaussianThreshold(steps);
}

/** @internal @throws TypeError for a distribution without a closed form. */
export function checkDistribution(distribution: unknown): void {
  if (distribution === "gaussian" || distribution === "laplace") return;
  throw new TypeError(
    `invalid distribution: ${String(distribution)} (expected "gaussian" or "laplace", as in q.observer("aciq", { distribution: "laplace" }))`,
  );
}

/** W(z), the w with w·e^w = z, for z > e: Newton on w + ln w = ln z. */
function lambertW(z: number): number {
  const log = Math.log(z);
  let w = log - Math.log(log);
  for (let i = 0; i < 20; i++) w -= (w + Math.log(w) - log) / (1 + 1 / w);
  return w;
}

/** By bisection: the derivative of the error is negative below its root and positive above. */
function gaussianThreshold(steps: number): number {
  let [low, high] = [0, 10];
  for (let i = 0; i < 60; i++) {
    const a = (low + high) / 2;
    const slope =
      a * erfc(a / Math.SQRT2) - Math.sqrt(2 / Math.PI) * Math.exp((-a * a) / 2) + a / steps;
    if (slope < 0) low = a;
    else high = a;
  }
  return low;
}

/** For x ≥ 0, within 1.2e-7 of itself: Press et al. 1992, Numerical Recipes in C, section 6.2. */
function erfc(x: number): number {
  const t = 1 / (1 + x / 2);
  const terms = [
    -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398,
    1.48851587, -0.82215223, 0.17087277,
  ];
  const polynomial = terms.reduceRight((sum, term) => sum * t + term, 0);
  return t * Math.exp(-x * x + polynomial);
}

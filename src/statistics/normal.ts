/** @internal The density of the standard normal distribution at `x`: e^(−x²/2) / √(2π). */
export function normalDensity(x: number): number {
  return Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
}

/**
 * @internal
 * The probability that a standard normal value is above `x`, near float64's accuracy: a series below 3 (Abramowitz and
 * Stegun 1964, equation 26.2.11), Laplace's continued fraction above (equation 26.2.14).
 */
export function normalTail(x: number): number {
  if (x === Number.POSITIVE_INFINITY) return 0;
  if (x < 0) return 1 - normalTail(-x);
  return x < 3 ? 0.5 - area(x) : normalDensity(x) / fraction(x);
}

/** The probability from 0 to x: φ(x) · (x + x³/3 + x⁵/(3·5) + …). */
function area(x: number): number {
  let [term, sum] = [x, x];
  for (let n = 3; term > 1e-18 * sum; n += 2) {
    term *= (x * x) / n;
    sum += term;
  }
  return sum * normalDensity(x);
}

/** Laplace's continued fraction x + 1/(x + 2/(x + 3/(x + …))). */
function fraction(x: number): number {
  let value = x;
  for (let n = 80; n >= 1; n--) value = x + n / value;
  return value;
}

/** @internal The standard normal distribution's 97.5th percentile: 95 % of its values lie between −z and z. */
export const z95 = 1.959963984540054;

/**
 * @internal
 * The mean of max(0, x) for x of a normal distribution: σ·φ(μ/σ) + μ·Φ(μ/σ). Nagel et al. 2019,
 * arXiv:1906.04721, equation 19 and appendix C.
 */
export function meanOfRelu(mean: number, deviation: number): number {
  if (deviation === 0) return Math.max(0, mean);
  const z = mean / deviation;
  return deviation * normalDensity(z) + mean * normalTail(-z);
}

import { checkCount, checkNumber } from "../arguments/index.js";
/**
 * The probability that Student's t with `df` degrees of freedom lies between −t and t.
 *
 * A finite sum for whole `df`, no approximation. Source: Abramowitz & Stegun, "Handbook of
 * Mathematical Functions", equations 26.7.3 (odd) and 26.7.4 (even).
 *
 * @param t A value ≥ 0.
 * @param df Degrees of freedom, an integer ≥ 1.
 *
 * @example
 * centralProbability(1, 1); // 0.5, up to the last bit: half of a Cauchy variable lies within ±1
 */
export function centralProbability(t: number, df: number): number {
  const theta = Math.atan(t / Math.sqrt(df));
  const cos = Math.cos(theta);
  const sin = Math.sin(theta);
  const odd = df % 2 === 1;
  // The series cos θ + 2/3 cos³θ + … (odd) or 1 + 1/2 cos²θ + … (even), up to cos^(df−2).
  let term = odd ? cos : 1;
  let sum = odd && df === 1 ? 0 : term;
  for (let k = odd ? 3 : 2; k <= df - 2; k += 2) {
    term *= (cos * cos * (k - 1)) / k;
    sum += term;
  }
  return odd ? (2 / Math.PI) * (theta + sin * sum) : sin * sum;
}

/**
 * The t with `centralProbability(t, df) = confidence`: how many standard errors an interval reaches
 * to each side. Bisection finds it to the last bits.
 *
 * @param confidence Between 0 and 1, e.g. 0.95.
 * @param df Degrees of freedom, an integer ≥ 1.
 * @throws RangeError if either argument is out of range.
 *
 * @example
 * criticalT(0.95, 4).toFixed(3); // "2.776"
 */
export function criticalT(confidence: number, df: number): number {
  checkNumber("confidence", confidence, { above: 0, below: 1 });
  checkCount("degrees of freedom", df);
  let low = 0;
  let high = 1;
  while (centralProbability(high, df) < confidence) high *= 2;
  for (let step = 0; step < 200 && high - low > Number.EPSILON * high; step++) {
    const middle = (low + high) / 2;
    if (centralProbability(middle, df) < confidence) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

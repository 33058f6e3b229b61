import { type Interval, interval } from "./interval.js";
import { centralProbability, criticalT } from "./studentT.js";

/** The mean of paired differences, with its interval. */
export interface Difference extends Interval {
  /** The probability of a mean at least this far from 0 if there were no difference: a paired t-test, two-sided. */
  p: number;
  /**
   * The smallest true difference that so many pairs would have shown in 8 of 10 studies, in the values' unit. Where
   * nothing is shown, a smaller difference isn't ruled out.
   */
  detectable: number;
}

/** The probability with which a study shall find a true difference. */
const power = 0.8;

/**
 * The mean of the differences `a[i] − b[i]` of paired repetitions, e.g. two methods from the same seeds.
 *
 * The test is Student's paired t-test. The detectable difference is s/√n · (t of the confidence + t of the power
 * 0.8), at n − 1 degrees of freedom (Zar, Biostatistical Analysis, 5th edition, equation 7.12).
 *
 * @param a At least two finite numbers.
 * @param b As many numbers, each of the same repetition as that of `a`.
 * @throws RangeError if the lists differ in length or are too short, or if a value is not finite.
 * @example
 * const { mean, low, high, p } = q.pairedDifference([91, 93, 92, 95], [88, 91, 87, 92]);
 * [mean, low, high, p].map((v) => v.toFixed(3)); // [ "3.250", "1.248", "5.252", "0.014" ]
 */
export function pairedDifference(a: readonly number[], b: readonly number[]): Difference {
  if (a?.length !== b?.length) {
    throw new RangeError(
      `invalid lengths: ${a?.length} and ${b?.length} (expected pairs: as many values of b as of a, of the same repetitions)`,
    );
  }
  const found = interval(a.map((value, i) => value - b[i]!));
  const { mean, standardError, n, confidence } = found;
  const df = n - 1;
  const t = Math.abs(mean) / standardError;
  const p = standardError > 0 ? 1 - centralProbability(t, df) : mean === 0 ? 1 : 0;
  const detectable = (criticalT(confidence, df) + criticalT(2 * power - 1, df)) * standardError;
  return { ...found, p, detectable };
}

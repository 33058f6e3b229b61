import { mean as average, deviation } from "d3-array";
import { criticalT } from "./studentT.js";

/** A mean with the interval in which the true mean lies with the stated confidence. */
export interface Interval {
  mean: number;
  low: number;
  high: number;
  /** Standard deviation of the mean, in the values' unit. */
  standardError: number;
  /** How many values went in. */
  n: number;
  confidence: number;
}

/**
 * Mean and two-sided confidence interval of a few repetitions, e.g. one value per seed.
 *
 * mean ± t·s/√n, with Student's t at n − 1 degrees of freedom (Student 1908, Biometrika 6, 1). Pass the *differences* of paired runs
 * (same seed, two methods): the seeds' common spread then cancels.
 *
 * @param values At least two finite numbers; the result is in their unit.
 * @param options.confidence Default 0.95.
 * @throws RangeError for fewer than two values, or one that isn't finite.
 *
 * @example
 * const { mean, low, high } = q.interval([4.1, 5.3, 4.7, 5.9, 5.0]);
 * [mean, low, high].map((v) => v.toFixed(2)); // [ "5.00", "4.17", "5.83" ]
 */
export function interval(
  values: Iterable<number>,
  { confidence = 0.95 }: { confidence?: number } = {},
): Interval {
  const list = Array.from(values ?? []);
  if (list.length < 2) {
    throw new RangeError(
      `invalid number of values: ${list.length} (an interval takes at least 2: one per seed, say)`,
    );
  }
  const bad = list.find((value) => !Number.isFinite(value));
  if (bad !== undefined) {
    throw new RangeError(`invalid value: ${bad} (an interval takes finite numbers)`);
  }
  const mean = average(list)!;
  const standardError = deviation(list)! / Math.sqrt(list.length);
  const reach = criticalT(confidence, list.length - 1) * standardError;
  return {
    mean,
    low: mean - reach,
    high: mean + reach,
    standardError,
    n: list.length,
    confidence,
  };
}

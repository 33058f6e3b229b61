import { mean as average, deviation } from "d3-array";
import { checkOptions } from "../arguments/index.js";
import { criticalT } from "./studentT.js";

/** A mean with the interval in which the true mean lies with the stated confidence. */
export interface Interval {
  mean: number;
  low: number;
  high: number;
  /** Standard deviation of the mean, in the values' unit. */
  standardError: number;
  /** The number of values. */
  n: number;
  confidence: number;
}

/** Options of {@link interval}. */
export interface IntervalOptions {
  /** The probability that the interval contains the true mean, between 0 and 1. Default 0.95. */
  confidence?: number;
}

/**
 * Mean and two-sided confidence interval of a few repetitions, e.g. one value per seed.
 *
 * mean ± t·s/√n, with Student's t at n − 1 degrees of freedom (Student 1908, Biometrika 6, 1). Pass the *differences* of paired runs
 * (same seed, two methods): the seeds' common spread then cancels.
 *
 * @param values At least two finite numbers; the result is in their unit.
 * @throws RangeError if there are fewer than two values, if a value is not finite, or if `confidence` is
 *   not between 0 and 1.
 *
 * @example
 * const { mean, low, high } = q.interval([4.1, 5.3, 4.7, 5.9, 5.0]);
 * [mean, low, high].map((v) => v.toFixed(2)); // [ "5.00", "4.17", "5.83" ]
 */
export function interval(values: Iterable<number>, options: IntervalOptions = {}): Interval {
  checkOptions<IntervalOptions>("q.interval", options, { confidence: true });
  const { confidence = 0.95 } = options;
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

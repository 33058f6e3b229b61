/** Values with how often each occurred, and the exact ends. */
export interface Samples {
  values: ArrayLike<number>;
  /** How often each value occurred; once each where there is none. */
  counts?: ArrayLike<number>;
  min: number;
  max: number;
}

/**
 * @internal
 * The ends of values.
 *
 * @throws RangeError for NaN or an infinity, which no range covers
 */
export function ends(values: ArrayLike<number>): { min: number; max: number } {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  // A sum is NaN or infinite when any finite-sized part of it is, at the price of one addition.
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value < min) min = value;
    if (value > max) max = value;
    sum += value;
  }
  if (!Number.isFinite(sum)) {
    throw new RangeError(
      "invalid values: NaN or infinite (expected finite numbers; has the training diverged?)",
    );
  }
  return { min, max };
}

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
  if (typeof values?.length !== "number") {
    throw new TypeError(
      "invalid values: not a list (expected numbers, of a tensor as in observe(tensor.dataSync()))",
    );
  }
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
  // Reached by sums that only overflow, too.
  const wrong = Number.isFinite(sum)
    ? -1
    : Array.from(values).findIndex((v) => !Number.isFinite(v));
  if (wrong >= 0) {
    throw new RangeError(
      `invalid values: ${values[wrong]} at index ${wrong} (expected finite numbers; has the training diverged?)`,
    );
  }
  return { min, max };
}

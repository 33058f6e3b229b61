import { mean as average } from "d3-array";

/**
 * The mean of a list of numbers. `q.interval` says how certain the mean of a few repetitions is.
 *
 * @param values At least one finite number; the mean is in their unit.
 * @throws RangeError if there is no value, or if a value is not finite.
 * @example
 * q.mean([4, 5, 9]); // 6
 */
export function mean(values: Iterable<number>): number {
  const list = Array.from(values ?? []);
  const invalid = list.find((value) => !Number.isFinite(value));
  if (list.length === 0 || invalid !== undefined) {
    throw new RangeError(
      `invalid values: ${invalid ?? "none"} (expected at least one finite number, as in q.mean([4, 5, 9]))`,
    );
  }
  return average(list)!;
}

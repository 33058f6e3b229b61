import { extent } from "../statistics/index.js";

/**
 * @internal
 * The smallest and the largest value of examples, checked: values outside would be pulled into the range by the first
 * change, however small that is.
 *
 * @throws RangeError if the range isn't one, or if the values aren't numbers in it
 */
export function checkRange(
  range: readonly [number, number],
  values: Float32Array,
): readonly [number, number] {
  const [low, high] = Array.isArray(range) ? range : [Number.NaN, Number.NaN];
  if (!(Number.isFinite(low) && Number.isFinite(high) && low < high)) {
    throw new RangeError(
      `invalid range: ${Array.isArray(range) ? `[${range.join(", ")}]` : String(range)} (expected two ascending numbers, the smallest and the largest value, as in { range: [0, 1] })`,
    );
  }
  const wrong = values.find((value) => !Number.isFinite(value));
  if (wrong !== undefined) {
    throw new RangeError(`invalid data: a value is ${wrong} (expected finite numbers)`);
  }
  const found = extent(values);
  if (found.min >= low && found.max <= high) return [low, high];
  throw new RangeError(
    `invalid range: [${low}, ${high}] (the data have values from ${found.min} to ${found.max}; expected a range around them, as in { range: [${Math.floor(found.min)}, ${Math.ceil(found.max)}] })`,
  );
}

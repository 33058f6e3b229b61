/** A tensor, as far as its values are asked for. */
interface WithValues {
  dataSync(): Iterable<number>;
}

/**
 * The mean of a list of numbers, or of the values of a tensor; of a tensor of booleans it is the share that is true.
 * `q.interval` says how certain the mean of a few repetitions is.
 *
 * @param values At least one finite number, or a tensor of such numbers, which stays alive; the mean is in their unit.
 * @throws RangeError if there is no value, or if a value is not finite.
 * @example
 * q.mean([4, 5, 9]); // 6
 * q.mean(q.tf.tensor([1, 0, 1, 1]).equal(0)); // 0.25
 */
export function mean(values: Iterable<number> | WithValues): number {
  const given = values ?? [];
  const list = "dataSync" in Object(given) ? (given as WithValues).dataSync() : given;
  let [sum, count] = [0, 0];
  // Without a copy: a tensor has many values.
  for (const value of list as Iterable<number>) {
    if (!Number.isFinite(value)) throw noMean(value);
    sum += value;
    count++;
  }
  if (count === 0) throw noMean("none");
  return sum / count;
}

function noMean(value: unknown): RangeError {
  return new RangeError(
    `invalid values: ${value} (expected at least one finite number, as in q.mean([4, 5, 9]))`,
  );
}

import { checkParameter, type SyntheticOptions, sample } from "./draws.js";

/**
 * Values that are equally likely between two ends.
 *
 * @param size how many values
 * @param options `min` (default −1), `max` (default 1), `seed` (default 0)
 * @returns float32; `q.tf.tensor1d` makes a tensor of them
 * @throws RangeError for an invalid size, and for ends that aren't finite or in order
 * @example
 * const values = q.datasets.synthetic.uniform(10_000);
 * q.tf.moments(values).variance; // [ 0.33 ]
 */
export function uniform(
  size: number,
  { min = -1, max = 1, seed = 0 }: SyntheticOptions & { min?: number; max?: number } = {},
): Float32Array {
  checkParameter("min", min);
  checkParameter("max", max);
  if (!(min < max)) throw new RangeError(`invalid range: ${min} to ${max} (expected min < max)`);
  return sample(size, seed, (draws) => min + (max - min) * draws.uniform());
}

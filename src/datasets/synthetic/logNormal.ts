import { checkParameter, type SyntheticOptions, sample } from "./draws.js";

/**
 * Values whose logarithm is normally distributed: above 0 only, most of them small, a long tail.
 *
 * @param size how many values
 * @param options `mu` (default 0) and `sigma` (default 1), mean and standard deviation of the
 *   logarithm; `seed` (default 0)
 * @returns float32; `q.tf.tensor1d` makes a tensor of them
 * @throws RangeError for an invalid size, or parameters out of their ranges
 * @example
 * const values = q.datasets.synthetic.logNormal(10_000);
 * q.tf.min(values).greater(0); // [ 1 ]
 */
export function logNormal(
  size: number,
  { mu = 0, sigma = 1, seed = 0 }: SyntheticOptions & { mu?: number; sigma?: number } = {},
): Float32Array {
  checkParameter("mu", mu);
  checkParameter("sigma", sigma, { positive: true });
  return sample(size, seed, (draws) => Math.exp(mu + sigma * draws.normal()));
}

import { checkParameter, type SyntheticOptions, sample } from "./draws.js";

/**
 * Values of the normal distribution, the shape that weights often have.
 *
 * @param size how many values
 * @param options `mean` (default 0), `stdDev` (default 1), `seed` (default 0)
 * @returns float32; `q.tf.tensor1d` makes a tensor of them
 * @throws RangeError for an invalid size, mean or standard deviation
 * @example
 * const values = q.datasets.synthetic.gaussian(10_000, { seed: 1 });
 * q.tf.moments(values).variance; // [ 1.0 ]
 */
export function gaussian(
  size: number,
  { mean = 0, stdDev = 1, seed = 0 }: SyntheticOptions & { mean?: number; stdDev?: number } = {},
): Float32Array {
  checkParameter("mean", mean);
  checkParameter("stdDev", stdDev, { positive: true });
  return sample(size, seed, (draws) => mean + stdDev * draws.normal());
}

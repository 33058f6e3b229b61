import { checkParameter, type SyntheticOptions, sample } from "./draws.js";

/**
 * Values of the Laplace distribution: a sharper peak and heavier tails than the normal one's. By the
 * inverse of its distribution function.
 *
 * @param size how many values
 * @param options `mean` (default 0), `stdDev` (default 1; the scale b is stdDev / √2), `seed` (default 0)
 * @returns float32; `q.tf.tensor1d` makes a tensor of them
 * @throws RangeError for an invalid size, mean or standard deviation
 * @example
 * const values = q.datasets.synthetic.laplace(10_000, { seed: 1 });
 * q.tf.mean(q.tf.abs(values)); // [ 0.7 ] (b, 1 / √2)
 */
export function laplace(
  size: number,
  { mean = 0, stdDev = 1, seed = 0 }: SyntheticOptions & { mean?: number; stdDev?: number } = {},
): Float32Array {
  checkParameter("mean", mean);
  checkParameter("stdDev", stdDev, { positive: true });
  const scale = stdDev / Math.SQRT2;
  return sample(size, seed, (draws) => {
    const u = draws.uniform() - 0.5;
    return mean - scale * Math.sign(u) * Math.log1p(-2 * Math.abs(u));
  });
}

import { checkParameter, type SyntheticOptions, sample } from "./draws.js";

/**
 * Values of the skew normal distribution, shifted and scaled to the given mean and standard deviation:
 * one tail is longer. A. Azzalini, "A class of distributions which includes the normal ones",
 * Scandinavian Journal of Statistics 12, 1985.
 *
 * @param size how many values
 * @param options `skew`, Azzalini's shape α (default 5; 0 is the normal distribution, below 0 the
 *   longer tail is on the left), `mean` (default 0), `stdDev` (default 1), `seed` (default 0)
 * @returns float32; `q.tf.tensor1d` makes a tensor of them
 * @throws RangeError for an invalid size, or parameters out of their ranges
 * @example
 * const values = q.datasets.synthetic.skewNormal(10_000, { skew: 5 });
 * q.tf.max(values).add(q.tf.min(values)).greater(1); // [ 1 ] (further to the right than to the left)
 */
export function skewNormal(
  size: number,
  {
    skew = 5,
    mean = 0,
    stdDev = 1,
    seed = 0,
  }: SyntheticOptions & { skew?: number; mean?: number; stdDev?: number } = {},
): Float32Array {
  checkParameter("skew", skew);
  checkParameter("mean", mean);
  checkParameter("stdDev", stdDev, { positive: true });
  const delta = skew / Math.sqrt(1 + skew * skew);
  const center = delta * Math.sqrt(2 / Math.PI);
  const width = Math.sqrt(1 - center * center);
  return sample(size, seed, ({ normal }) => {
    const value = delta * Math.abs(normal()) + Math.sqrt(1 - delta * delta) * normal();
    return mean + (stdDev * (value - center)) / width;
  });
}

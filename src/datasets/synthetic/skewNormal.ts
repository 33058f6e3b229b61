import { checkOptions } from "../../arguments/index.js";
import { checkParameter, type SyntheticOptions, sample } from "./draws.js";

/** Options of {@link skewNormal}. */
export interface SkewNormalOptions extends SyntheticOptions {
  /** Azzalini's shape α: 0 is the normal distribution; below 0 the longer tail is on the left. Default 5. */
  skew?: number;
  /** The mean of the distribution. Default 0. */
  mean?: number;
  /** The standard deviation of the distribution, above 0. Default 1. */
  stdDev?: number;
}

/**
 * Values of the skew normal distribution, shifted and scaled to the given mean and standard deviation:
 * one tail is longer. A. Azzalini, "A class of distributions which includes the normal ones",
 * Scandinavian Journal of Statistics 12, 1985.
 *
 * @param size the number of values
 * @returns float32; `q.tf.tensor1d` makes a tensor of them
 * @throws RangeError if `size` is not a whole number of at least 1, `skew` or `mean` is not finite, or
 *   `stdDev` is not finite and above 0
 * @example
 * const values = q.datasets.synthetic.skewNormal(10_000, { skew: 5 });
 * q.tf.max(values).add(q.tf.min(values)).greater(1); // [ 1 ] (further to the right than to the left)
 */
export function skewNormal(size: number, options: SkewNormalOptions = {}): Float32Array {
  checkOptions<SkewNormalOptions>("q.datasets.synthetic.skewNormal", options, {
    seed: true,
    skew: true,
    mean: true,
    stdDev: true,
  });
  const { skew = 5, mean = 0, stdDev = 1, seed = 0 } = options;
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

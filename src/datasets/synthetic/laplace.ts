import { checkOptions } from "../../arguments/index.js";
import { checkParameter, type SyntheticOptions, sample } from "./draws.js";

/** Options of {@link laplace}. */
export interface LaplaceOptions extends SyntheticOptions {
  /** The mean of the distribution. Default 0. */
  mean?: number;
  /** The standard deviation of the distribution, above 0; the scale b is stdDev / √2. Default 1. */
  stdDev?: number;
}

/**
 * Values of the Laplace distribution: a sharper peak and heavier tails than the normal one's. They are
 * drawn by the inverse of the distribution function.
 *
 * @param size the number of values
 * @returns float32; `q.tf.tensor1d` makes a tensor of them
 * @throws RangeError if `size` is not a whole number of at least 1, `mean` is not finite, or `stdDev` is
 *   not finite and above 0
 * @example
 * const values = q.datasets.synthetic.laplace(10_000, { seed: 1 });
 * q.tf.mean(q.tf.abs(values)); // [ 0.7 ] (b, 1 / √2)
 */
export function laplace(size: number, options: LaplaceOptions = {}): Float32Array {
  checkOptions<LaplaceOptions>("q.datasets.synthetic.laplace", options, {
    seed: true,
    mean: true,
    stdDev: true,
  });
  const { mean = 0, stdDev = 1, seed = 0 } = options;
  checkParameter("mean", mean);
  checkParameter("stdDev", stdDev, { positive: true });
  const scale = stdDev / Math.SQRT2;
  return sample(size, seed, (draws) => {
    const u = draws.uniform() - 0.5;
    return mean - scale * Math.sign(u) * Math.log1p(-2 * Math.abs(u));
  });
}

import { checkOptions } from "../../arguments/index.js";
import { checkParameter, type SyntheticOptions, sample } from "./draws.js";

/** Options of {@link gaussian}. */
export interface GaussianOptions extends SyntheticOptions {
  /** The mean of the distribution. Default 0. */
  mean?: number;
  /** The standard deviation of the distribution, above 0. Default 1. */
  stdDev?: number;
}

/**
 * Values of the normal distribution, the shape that weights often have.
 *
 * @param size the number of values
 * @returns float32; `q.tf.tensor1d` makes a tensor of them
 * @throws RangeError if `size` is not a whole number of at least 1, `mean` is not finite, or `stdDev` is
 *   not finite and above 0
 * @example
 * const values = q.datasets.synthetic.gaussian(10_000, { seed: 1 });
 * q.tf.moments(values).variance; // [ 1.0 ]
 */
export function gaussian(size: number, options: GaussianOptions = {}): Float32Array {
  checkOptions<GaussianOptions>("q.datasets.synthetic.gaussian", options, {
    seed: true,
    mean: true,
    stdDev: true,
  });
  const { mean = 0, stdDev = 1, seed = 0 } = options;
  checkParameter("mean", mean);
  checkParameter("stdDev", stdDev, { positive: true });
  return sample(size, seed, (draws) => mean + stdDev * draws.normal());
}

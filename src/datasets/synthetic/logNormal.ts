import { checkOptions } from "../../arguments/index.js";
import { checkParameter, type SyntheticOptions, sample } from "./draws.js";

/** Options of {@link logNormal}. */
export interface LogNormalOptions extends SyntheticOptions {
  /** The mean of the logarithm. Default 0. */
  mu?: number;
  /** The standard deviation of the logarithm, above 0. Default 1. */
  sigma?: number;
}

/**
 * Values whose logarithm is normally distributed: above 0 only, most of them small, a long tail.
 *
 * @param size the number of values
 * @returns float32; `q.tf.tensor1d` makes a tensor of them
 * @throws RangeError if `size` is not a whole number of at least 1, `mu` is not finite, or `sigma` is not
 *   finite and above 0
 * @example
 * const values = q.datasets.synthetic.logNormal(10_000);
 * q.tf.min(values).greater(0); // [ 1 ]
 */
export function logNormal(size: number, options: LogNormalOptions = {}): Float32Array {
  checkOptions<LogNormalOptions>("q.datasets.synthetic.logNormal", options, {
    seed: true,
    mu: true,
    sigma: true,
  });
  const { mu = 0, sigma = 1, seed = 0 } = options;
  checkParameter("mu", mu);
  checkParameter("sigma", sigma, { positive: true });
  return sample(size, seed, (draws) => Math.exp(mu + sigma * draws.normal()));
}

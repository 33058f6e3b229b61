import { checkOptions } from "../../arguments/index.js";
import { checkParameter, type SyntheticOptions, sample } from "./draws.js";

/** Options of {@link uniform}. */
export interface UniformOptions extends SyntheticOptions {
  /** The lower end. Default −1. */
  min?: number;
  /** The upper end, above `min`. Default 1. */
  max?: number;
}

/**
 * Values that are equally likely between two ends.
 *
 * @param size the number of values
 * @returns float32; `q.tf.tensor1d` makes a tensor of them
 * @throws RangeError if `size` is not a whole number of at least 1, if an end is not finite, or if `min` is
 *   not below `max`
 * @example
 * const values = q.datasets.synthetic.uniform(10_000);
 * q.tf.moments(values).variance; // [ 0.33 ]
 */
export function uniform(size: number, options: UniformOptions = {}): Float32Array {
  checkOptions<UniformOptions>("q.datasets.synthetic.uniform", options, {
    seed: true,
    min: true,
    max: true,
  });
  const { min = -1, max = 1, seed = 0 } = options;
  checkParameter("min", min);
  checkParameter("max", max);
  if (!(min < max)) throw new RangeError(`invalid range: ${min} to ${max} (expected min < max)`);
  return sample(size, seed, (draws) => min + (max - min) * draws.uniform());
}

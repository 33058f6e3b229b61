import { checkOptions } from "../../arguments/index.js";
import { checkParameter, type SyntheticOptions, sample } from "./draws.js";

/** Options of {@link studentT}. */
export interface StudentTOptions extends SyntheticOptions {
  /** The degrees of freedom ν, above 0. The variance is scale² · ν / (ν − 2), and infinite up to 2. Default 3. */
  degrees?: number;
  /** The value that the distribution is shifted to. Default 0. */
  mean?: number;
  /** The factor that the distribution is stretched by, above 0. Default 1. */
  scale?: number;
}

/**
 * Values of Student's t distribution: with few degrees of freedom it has outliers, as activations
 * do. By R. W. Bailey's method, "Polar generation of random variates with the t-distribution",
 * Mathematics of Computation 62, 1994.
 *
 * @param size the number of values
 * @returns float32; `q.tf.tensor1d` makes a tensor of them
 * @throws RangeError if `size` is not a whole number of at least 1, `mean` is not finite, or `degrees` or
 *   `scale` is not finite and above 0
 * @example
 * const values = q.datasets.synthetic.studentT(10_000, { degrees: 3 });
 * q.tf.max(q.tf.abs(values)).greater(10); // [ 1 ] (a normal distribution's would be about 4)
 */
export function studentT(size: number, options: StudentTOptions = {}): Float32Array {
  checkOptions<StudentTOptions>("q.datasets.synthetic.studentT", options, {
    seed: true,
    degrees: true,
    mean: true,
    scale: true,
  });
  const { degrees = 3, mean = 0, scale = 1, seed = 0 } = options;
  checkParameter("degrees", degrees, { positive: true });
  checkParameter("mean", mean);
  checkParameter("scale", scale, { positive: true });
  return sample(size, seed, ({ uniform }) => {
    for (;;) {
      const [u, v] = [2 * uniform() - 1, 2 * uniform() - 1];
      const w = u * u + v * v;
      if (w <= 1) return mean + scale * u * Math.sqrt((degrees * (w ** (-2 / degrees) - 1)) / w);
    }
  });
}

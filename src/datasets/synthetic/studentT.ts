import { checkParameter, type SyntheticOptions, sample } from "./draws.js";

/**
 * Values of Student's t distribution: with few degrees of freedom it has outliers, as activations
 * do. By R. W. Bailey's method, "Polar generation of random variates with the t-distribution",
 * Mathematics of Computation 62, 1994.
 *
 * @param size how many values
 * @param options `degrees` of freedom ν, above 0 (default 3; the variance is scale² · ν / (ν − 2), and
 *   infinite up to 2), `mean` (default 0), `scale` (default 1), `seed` (default 0)
 * @returns float32; `q.tf.tensor1d` makes a tensor of them
 * @throws RangeError for an invalid size, or parameters out of their ranges
 * @example
 * const values = q.datasets.synthetic.studentT(10_000, { degrees: 3 });
 * q.tf.max(q.tf.abs(values)).greater(10); // [ 1 ] (a normal distribution's would be about 4)
 */
export function studentT(
  size: number,
  {
    degrees = 3,
    mean = 0,
    scale = 1,
    seed = 0,
  }: SyntheticOptions & { degrees?: number; mean?: number; scale?: number } = {},
): Float32Array {
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

import type { Grid } from "../quantizers/index.js";
import { random, tf } from "../tensorflow/index.js";
import type { Estimator } from "./estimator.js";

/**
 * Stochastic rounding in training: to either neighbour with the probability that keeps the mean, drawn anew in
 * each step (Gupta et al. 2015, arXiv:1502.02551, section 3). In inference values are rounded to the nearest
 * value of the grid. The gradient is the clipped straight-through estimator's, which is the true gradient of
 * the expectation: inside the range the mean of x̂ is x.
 */
export const stochastic: Estimator = {
  name: "stochastic",
  source: "Gupta et al. 2015, arXiv:1502.02551, section 3",
  // Rounding x plus a uniform draw of up to half a step to the nearest value is stochastic rounding of x.
  forward: ({ x, grid, training }) => grid.round(training ? addNoise(x, grid) : x),
  backward: ({ dy, x, grid }) => ({ x: grid.gradient(dy, x) }),
};

/** @internal x + scale · u, u drawn from −½ to below ½. */
export function addNoise(x: tf.Tensor, { scale }: Grid): tf.Tensor {
  const noise = random.uniform(x.shape, { min: -0.5, max: 0.5 });
  return tf.add(x, tf.mul(noise, scale));
}

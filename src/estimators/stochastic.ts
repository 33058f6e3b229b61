import { fakeQuantizeGradient } from "../quantizers/fakeQuantizeGradient.js";
import { gridTensors } from "../quantizers/grid.js";
import { fakeQuantize, type IntegerFormat, type RangeTensors } from "../quantizers/index.js";
import { random, tf } from "../tensorflow/index.js";
import type { Estimator } from "./estimator.js";
import { inRows } from "./shared.js";

/**
 * Stochastic rounding in training: to either neighbour with the probability that keeps the mean, drawn anew
 * in each step (Gupta et al. 2015, arXiv:1502.02551, section 3); to the nearest in inference. The gradient is
 * the clipped straight-through estimator's, here the true one of the expectation: inside the range the mean
 * of x̂ is x.
 */
export const stochastic: Estimator = {
  name: "stochastic",
  source: "Gupta et al. 2015, arXiv:1502.02551, section 3",
  forward(x, _, { format, training }, range) {
    if (!training) return fakeQuantize(x, format, range);
    // The nearest to what is moved by up to half a step.
    return fakeQuantize(addNoise(x, range, format), format, range);
  },
  backward: (dy, x, _, { format }, { range }) => ({
    x: fakeQuantizeGradient(dy, x, format, range),
  }),
};

/** @internal x + scale · u, u drawn from −½ to below ½. */
export function addNoise(x: tf.Tensor, range: RangeTensors, format: IntegerFormat): tf.Tensor {
  const { scale } = gridTensors(range, format);
  return inRows([x], scale, format, (rows) => {
    const noise = random.uniform(rows!.shape, { min: -0.5, max: 0.5 });
    return tf.add(rows!, tf.mul(noise, scale));
  });
}

import { list } from "../quantizers/index.js";
import { tf } from "../tensorflow/index.js";
import type { Estimator, LearnedParameters } from "./estimator.js";

const learned: LearnedParameters = {
  names: ["alpha", "min"],
  fixed: ["min"],
  positive: ["alpha"],
  initialize: ({ range }) => ({
    alpha: Float32Array.from(list(range.max)!),
    min: Float32Array.from(list(range.min)!),
  }),
  range({ alpha, min }, { format: { symmetric, smallest, largest } }) {
    if (!symmetric) return { min: min!, max: alpha! };
    return { min: tf.mul(alpha!, smallest / Math.max(1, largest)), max: alpha! };
  },
};

/**
 * Parameterized clipping activation: y = clip(x, 0, α), and α is trained. Its gradient is 1 where x lies above
 * α, else 0 (Choi et al. 2018, arXiv:1805.06085, equations 1 to 3); the values' gradient passes inside. The
 * paper also adds λα² to the loss; the estimator doesn't. At x = α itself the gradient goes to the values, as
 * in TensorFlow's ops.
 *
 * The paper's activations come from a ReLU; for activations with values below 0, the lower end of the range
 * stays as calibrated (in a symmetric format it moves with α). α's logarithm is trained, so that it stays
 * positive.
 */
export const pact: Estimator = {
  name: "pact",
  source: "Choi et al. 2018, arXiv:1805.06085, equations 1 to 3",
  roles: ["activations"],
  learned,
  backward({ dy, x, grid, format }) {
    const { x: dx, below, above } = grid.gradients(dy, x);
    if (!format.symmetric) return { x: dx, alpha: above };
    const ratio = format.smallest / Math.max(1, format.largest);
    return { x: dx, alpha: tf.add(above, tf.mul(below, ratio)) };
  },
};

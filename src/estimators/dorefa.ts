import { divisor, type Grid, largestSize } from "../quantizers/index.js";
import { tf } from "../tensorflow/index.js";
import { clippedSte } from "./clippedSte.js";
import type { Estimator } from "./estimator.js";

/**
 * DoReFa-Net. Weights pass through a tanh before they are rounded, so that they are bounded:
 * 2·q(tanh w / (2·max|tanh w|) + ½) − 1 (Zhou et al. 2016, arXiv:1606.06160, equation 9); the gradient is
 * dy · (1 − tanh² w), through rounding straight. Activations are clipped and rounded (equation 11), which is the
 * clipped straight-through estimator.
 *
 * The paper's weights reach from −1 to 1 whatever they were, which would undo a pretrained kernel: here they are
 * multiplied by max|w|, so that they keep their size, and small weights their values, and are rounded to
 * the codes of the format over the calibrated range, outside of which the gradient is 0. max|w| and max|tanh w|,
 * over the values that share a scale, are constants to the gradient. The tanh stays in inference: the kernel that is
 * converted is the rounded one.
 */
export const dorefa: Estimator = {
  name: "dorefa",
  source: "Zhou et al. 2016, arXiv:1606.06160, equations 9 and 11",
  forward({ x, grid, role }) {
    return grid.round(role === "activations" ? x : bounded(x, grid));
  },
  backward(input) {
    const { dy, x, grid, role } = input;
    if (role === "activations") return clippedSte.backward(input);
    const passed = grid.gradient(dy, bounded(x, grid));
    const slope = tf.mul(tf.sub(1, tf.square(tf.tanh(x))), stretch(x, grid));
    return { x: tf.mul(passed, slope) };
  },
};

function bounded(x: tf.Tensor, grid: Grid): tf.Tensor {
  return tf.mul(tf.tanh(x), stretch(x, grid));
}

/** max|w| / max|tanh w|; 1 if all weights are 0. */
function stretch(x: tf.Tensor, { columns }: Grid): tf.Tensor {
  const size = divisor(largestSize(x, columns));
  return tf.div(size, tf.tanh(size));
}

import { tf } from "../tensorflow/index.js";
import type { Estimator, LearnedParameters } from "./estimator.js";
import { rangeOfScale, startOf } from "./parameters.js";
import { logScaleGradient, scaleGradientScale } from "./shared.js";

const learned: LearnedParameters = {
  names: ["scale", "zeroPoint"],
  fixed: ["zeroPoint"],
  positive: ["scale"],
  initialize: ({ range }, { format }) => startOf(range, format),
  range: ({ scale, zeroPoint }, { format }) => rangeOfScale(scale!, zeroPoint, format),
  gradientScale: scaleGradientScale,
};

/**
 * Learned step size: the scale is trained with the weights. Its gradient is round(v/s) − v/s inside the range,
 * outside it the code of the end (Esser et al. 2020, arXiv:1902.08153, equation 3), times 1/√(N · Q_P); the
 * gradient of the values is the clipped straight-through estimator's (equation 5).
 *
 * Three things differ from the paper. Training starts from the calibrated range, where the model is the same as
 * after post-training quantization: 2·mean|v|/√Q_P is 4.6 times too wide for a Gaussian's 8 bits. The scale's
 * logarithm is trained, so that it stays positive. And a value at the very end of the range has the gradient of
 * a value inside, as in TensorFlow's ops. The zero point isn't trained; it is 0 after a ReLU, as in the paper.
 */
export const lsq: Estimator = {
  name: "lsq",
  source: "Esser et al. 2020, arXiv:1902.08153, equations 3 and 5",
  learned,
  backward({ dy, x, value, grid, parameters: { scale } }) {
    const gradients = grid.rangeGradients(dy, x, value);
    return { x: gradients.x, scale: tf.div(logScaleGradient(gradients, grid), scale!) };
  },
};

import {
  divisor,
  type Grid,
  type IntegerFormat,
  type RangeGradients,
} from "../quantizers/index.js";
import { tf } from "../tensorflow/index.js";
import type { Estimator, EstimatorParameters, LearnedParameters } from "./estimator.js";
import { multiplyAdd } from "./multiplyAdd.js";
import { rangeOfScale, startOf } from "./parameters.js";
import { logScaleGradient } from "./shared.js";

const learned: LearnedParameters = {
  names: ["scale", "zeroPoint"],
  positive: ["scale"],
  initialize: ({ range }, { format }) => startOf(range, format),
  range: (parameters, { format }) =>
    rangeOfScale(parameters.scale!, rounded(parameters, format), format),
};

/**
 * PyTorch's `_fake_quantize_learnable_per_tensor_affine` and `…_per_channel_affine`: scale and zero point are
 * trained. The gradients are those of LSQ and LSQ+, but a value counts as clipped if its rounded code is
 * clipped, half a step beyond the ends of the range; the gradient of the zero point, which is rounded in use,
 * is −scale for clipped values and 0 inside. PyTorch 2.13,
 * `ATen/native/quantized/cpu/kernels/QuantizedOpKernels.cpp`. As in PyTorch, gradients aren't scaled down, and
 * the backward pass finds the codes a second time, in another way: round(x · (1/scale) + zero point) with a
 * fused multiplication and addition.
 *
 * Values are rounded as the format says: for PyTorch's own numbers the format needs `{ rounding: "halfEven" }`.
 * The logarithm of the scale is trained. Symmetric formats keep the zero point 0.
 */
export const pytorchLearnable: Estimator = {
  name: "pytorchLearnable",
  source: "PyTorch 2.13, _fake_quantize_learnable_per_tensor_affine",
  learned,
  backward({ dy, x, grid, format, parameters }) {
    const gradients = clipped(dy, x, grid);
    const scale = parameters.scale!;
    const forScale = tf.div(logScaleGradient(gradients, grid), scale);
    const result = { x: gradients.x, scale: forScale };
    if (format.symmetric) return result;
    const outside = tf.add(gradients.below, gradients.above);
    return { ...result, zeroPoint: tf.mul(outside, tf.neg(scale)) };
  },
};

/** The code that a trained zero point stands for. */
function rounded(
  { zeroPoint }: EstimatorParameters,
  { smallest, largest }: IntegerFormat,
): tf.Tensor {
  return tf.clipByValue(tf.round(zeroPoint!), smallest, largest);
}

/** The gradients where values are clipped by the codes that PyTorch's backward kernel finds. */
function clipped(dy: tf.Tensor, x: tf.Tensor, grid: Grid): RangeGradients {
  const { smallest, largest, symmetric } = grid.format;
  const { scale, zeroPoint } = grid;
  const inverse = tf.div(1, divisor(scale));
  // Without a zero point, the product alone is rounded.
  const steps = symmetric ? tf.mul(x, inverse) : multiplyAdd(x, inverse, zeroPoint);
  const codes = tf.round(steps);
  const where = (mask: tf.Tensor) => tf.mul(dy, tf.cast(mask, "float32"));
  const below = where(tf.less(codes, smallest));
  const above = where(tf.greater(codes, largest));
  const inside = tf.sub(tf.sub(dy, below), above);
  const value = grid.values(tf.clipByValue(codes, smallest, largest));
  return {
    x: inside,
    below: grid.sum(below),
    above: grid.sum(above),
    rounding: grid.sum(tf.mul(inside, tf.sub(value, x))),
  };
}

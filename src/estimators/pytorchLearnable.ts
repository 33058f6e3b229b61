import type { ClippedGradients } from "../quantizers/fakeQuantizeGradient.js";
import { gridTensors } from "../quantizers/grid.js";
import { fakeQuantize, type IntegerFormat, type RangeTensors } from "../quantizers/index.js";
import { divisor } from "../quantizers/statistics.js";
import { tf } from "../tensorflow/index.js";
import type { Estimator, LearnedParameters, Parameters } from "./estimator.js";
import { multiplyAdd } from "./multiplyAdd.js";
import { rangeOfScale, startOf } from "./parameters.js";
import { inRows, logScaleGradient, sumShared } from "./shared.js";

const learned: LearnedParameters = {
  names: ["scale", "zeroPoint"],
  positive: ["scale"],
  initialize: ({ range }, { format }) => startOf(range, format),
  range: (parameters, { format }) =>
    rangeOfScale(parameters.scale!, rounded(parameters, format), format),
};

/**
 * PyTorch's `_fake_quantize_learnable_per_tensor_affine` and `…_per_channel_affine`: scale and zero point
 * are trained. The gradients of LSQ and LSQ+, but a value counts as clipped where its rounded code is, half a
 * step beyond the ends of the range; the zero point, rounded in use, has −scale there and 0 inside.
 * PyTorch 2.13, `ATen/native/quantized/cpu/kernels/QuantizedOpKernels.cpp`. Like there, gradients aren't
 * scaled down, and codes are found a second time, in another way: round(x · (1/scale) + zero point) with
 * a fused multiplication and addition.
 *
 * Values are rounded as the format says: PyTorch's own numbers take `{ rounding: "halfEven" }`. What is
 * trained of the scale is its logarithm. Symmetric formats keep the zero point 0.
 */
export const pytorchLearnable: Estimator = {
  name: "pytorchLearnable",
  source: "PyTorch 2.13, _fake_quantize_learnable_per_tensor_affine",
  learned,
  forward: (x, _, { format }, range) => fakeQuantize(x, format, range),
  backward(dy, x, parameters, { format }, { range }) {
    const { gradients, value } = clipped(dy, x, range, format);
    const scale = parameters.scale!;
    const forScale = tf.div(logScaleGradient(gradients, x, { range, value }, format), scale);
    const result = { x: gradients.x, scale: forScale };
    if (format.symmetric) return result;
    const outside = tf.add(gradients.below, gradients.above);
    return { ...result, zeroPoint: tf.mul(outside, tf.neg(scale)) };
  },
};

/** The code that a trained zero point stands for. */
function rounded({ zeroPoint }: Parameters, { smallest, largest }: IntegerFormat): tf.Tensor {
  return tf.clipByValue(tf.round(zeroPoint!), smallest, largest);
}

/** What is clipped, by the codes that PyTorch's backward kernel finds, and their values. */
function clipped(
  dy: tf.Tensor,
  x: tf.Tensor,
  range: RangeTensors,
  format: IntegerFormat,
): { gradients: ClippedGradients; value: tf.Tensor } {
  const { smallest, largest } = format;
  const { scale, zeroPoint } = gridTensors(range, format);
  const codes = inRows([x], scale, format, (rows) => {
    const inverse = tf.div(1, divisor(scale));
    // Adding 0 needs no care.
    const steps = format.symmetric
      ? tf.mul(rows!, inverse)
      : multiplyAdd(rows!, inverse, zeroPoint);
    return tf.round(steps);
  });
  const where = (mask: tf.Tensor) => tf.mul(dy, tf.cast(mask, "float32"));
  const below = where(tf.less(codes, smallest));
  const above = where(tf.greater(codes, largest));
  const value = inRows([codes], scale, format, (codes) =>
    tf.mul(tf.sub(tf.clipByValue(codes!, smallest, largest), zeroPoint), scale),
  );
  return {
    gradients: {
      x: tf.sub(tf.sub(dy, below), above),
      below: sumShared(below, scale, format),
      above: sumShared(above, scale, format),
    },
    value,
  };
}

import { fakeQuantize, fakeQuantizeGradients, type IntegerFormat } from "../quantizers/index.js";
import { tf } from "../tensorflow/index.js";
import type { Estimator, EstimatorContext, LearnedParameters, Parameters } from "./estimator.js";
import { rangeOfScale, startOf } from "./parameters.js";
import { scaleGradient } from "./shared.js";

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
 * scaled down.
 *
 * Values are rounded as the format says: PyTorch's own numbers take `{ rounding: "halfEven" }`. What is
 * trained of the scale is its logarithm. Symmetric formats keep the zero point 0.
 */
export const pytorchLearnable: Estimator = {
  name: "pytorchLearnable",
  source: "PyTorch 2.13, _fake_quantize_learnable_per_tensor_affine",
  learned,
  forward: (x, parameters, context) =>
    fakeQuantize(x, context.format, learned.range(parameters, context)),
  backward(dy, x, parameters, context, value) {
    const { format } = context;
    const gradients = fakeQuantizeGradients(
      dy,
      x,
      maskOf(format),
      learned.range(parameters, context),
    );
    const scale = parameters.scale!;
    const used = { scale, zeroPoint: rounded(parameters, format) };
    const forScale = scaleGradient(gradients, x, value, used, format);
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

/** Codes as PyTorch finds them, to decide what is clipped. */
function maskOf(format: EstimatorContext["format"]): IntegerFormat {
  return { ...format, rounding: "halfEven", matches: "pytorch" };
}

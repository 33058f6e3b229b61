import { fakeQuantize, fakeQuantizeGradient } from "../quantizers/index.js";
import { divisor, largestSize } from "../quantizers/statistics.js";
import { tf } from "../tensorflow/index.js";
import { clippedSte } from "./clippedSte.js";
import type { Estimator, EstimatorContext, Parameters } from "./estimator.js";
import { rangeOf } from "./parameters.js";
import { inRows } from "./shared.js";

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
  forward(x, parameters, context) {
    if (context.role === "activations") return clippedSte.forward(x, parameters, context);
    const bounded = transform(x, parameters, context, ({ tanh, factor }) => tf.mul(tanh, factor));
    return fakeQuantize(bounded, context.format, rangeOf(parameters));
  },
  backward(dy, x, parameters, context, value) {
    if (context.role === "activations") {
      return clippedSte.backward(dy, x, parameters, context, value);
    }
    const bounded = transform(x, parameters, context, ({ tanh, factor }) => tf.mul(tanh, factor));
    const slope = transform(x, parameters, context, ({ tanh, factor }) =>
      tf.mul(tf.sub(1, tf.square(tanh)), factor),
    );
    const passed = fakeQuantizeGradient(dy, bounded, context.format, rangeOf(parameters));
    return { x: tf.mul(passed, slope) };
  },
};

/** `factor` is max|w| / max|tanh w|, 1 where all are 0. */
function transform(
  x: tf.Tensor,
  { min }: Parameters,
  { format }: EstimatorContext,
  compute: (parts: { tanh: tf.Tensor; factor: tf.Tensor }) => tf.Tensor,
): tf.Tensor {
  return inRows([x], min!, format, (rows) => {
    const size = divisor(largestSize(rows, min!.rank === 0 ? undefined : min!.size));
    return compute({ tanh: tf.tanh(rows!), factor: tf.div(size, tf.tanh(size)) });
  });
}

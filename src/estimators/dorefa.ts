import { fakeQuantizeGradient } from "../quantizers/fakeQuantizeGradient.js";
import { fakeQuantize, type IntegerFormat, type RangeTensors } from "../quantizers/index.js";
import { divisor, largestSize } from "../quantizers/statistics.js";
import { tf } from "../tensorflow/index.js";
import { clippedSte } from "./clippedSte.js";
import type { Estimator } from "./estimator.js";
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
  forward(x, parameters, context, range) {
    const { format, role } = context;
    if (role === "activations") return clippedSte.forward(x, parameters, context, range);
    return fakeQuantize(bounded(x, range, format), format, range);
  },
  backward(dy, x, parameters, context, made) {
    const { format, role } = context;
    if (role === "activations") return clippedSte.backward(dy, x, parameters, context, made);
    const { range } = made;
    const passed = fakeQuantizeGradient(dy, bounded(x, range, format), format, range);
    const slope = transform(x, range, format, (tanh, factor) =>
      tf.mul(tf.sub(1, tf.square(tanh)), factor),
    );
    return { x: tf.mul(passed, slope) };
  },
};

function bounded(x: tf.Tensor, range: RangeTensors, format: IntegerFormat): tf.Tensor {
  return transform(x, range, format, (tanh, factor) => tf.mul(tanh, factor));
}

/** `factor` is max|w| / max|tanh w|, 1 where all are 0. */
function transform(
  x: tf.Tensor,
  { min }: RangeTensors,
  format: IntegerFormat,
  compute: (tanh: tf.Tensor, factor: tf.Tensor) => tf.Tensor,
): tf.Tensor {
  return inRows([x], min, format, (rows) => {
    const size = divisor(largestSize(rows!, min.rank === 0 ? undefined : min.size));
    return compute(tf.tanh(rows!), tf.div(size, tf.tanh(size)));
  });
}

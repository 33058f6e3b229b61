import { tf } from "../tensorflow/index.js";
import type { Estimator, LearnedParameters } from "./estimator.js";
import { startOf } from "./parameters.js";
import { scaleGradientScale } from "./shared.js";

const learned: LearnedParameters = {
  names: ["scale", "offset"],
  positive: ["scale"],
  initialize({ range }, { format }) {
    const { scale, zeroPoint } = startOf(range, format);
    return { scale, offset: scale.map((scale, i) => -scale * zeroPoint[i]! + 0) };
  },
  range({ scale, offset }, { format: { symmetric, smallest, largest } }) {
    const [min, max] = [tf.mul(scale!, smallest), tf.mul(scale!, largest)];
    if (symmetric) return { min, max };
    // 0 has to lie between the ends.
    return {
      min: tf.minimum(tf.add(min, offset!), 0),
      max: tf.maximum(tf.add(max, offset!), 0),
    };
  },
  gradientScale: scaleGradientScale,
};

/**
 * LSQ with an offset for formats that aren't symmetric: value = scale · code + offset. The scale's gradient is
 * LSQ's of x − offset (Bhalgat et al. 2020, arXiv:2004.09576, section 3); the offset's is 0 inside the range
 * and 1 outside. Symmetric formats keep the offset 0, which makes the estimator LSQ.
 *
 * The offset is trained as a number, but the grid is that of TensorFlow's ops, moved by less than half a step
 * until 0 is on it: so zeros stay exact, and the trained parameters convert to a scale and a zero point. The
 * other differences to the paper are those of `lsq`.
 */
export const lsqPlus: Estimator = {
  name: "lsqPlus",
  source: "Bhalgat et al. 2020, arXiv:2004.09576, section 3",
  learned,
  backward({ dy, x, value, grid, format, parameters: { scale } }) {
    const gradients = grid.rangeGradients(dy, x, value);
    const { below, above, rounding } = gradients;
    const forScale = tf.addN([
      tf.div(rounding, scale!),
      tf.mul(below, format.smallest),
      tf.mul(above, format.largest),
    ]);
    const result = { x: gradients.x, scale: forScale };
    return format.symmetric ? result : { ...result, offset: tf.add(below, above) };
  },
};

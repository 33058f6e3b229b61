import { affine, type IntegerFormat, type ValueRange } from "../../quantizers/index.js";
import { tf } from "../../tensorflow/index.js";

/**
 * @internal
 * Counts the values that lie more than half a step outside the range of a format, so that their error is larger
 * than that of rounding.
 *
 * @param values a tensor of any shape, with the channels last
 * @param range a range for all values, or for each channel
 */
export function countClipped(values: tf.Tensor, format: IntegerFormat, range: ValueRange): number {
  const { min, max, scale } = affine(format, range);
  return tf.tidy(() => {
    // The channels of a depthwise kernel take two axes.
    const rows = scale.length > 1 ? tf.reshape(values, [-1, scale.length]) : values;
    const half = Float32Array.from(scale, (step) => step / 2);
    const below = tf.less(rows, tf.sub(ends(min), ends(half)));
    const above = tf.greater(rows, tf.add(ends(max), ends(half)));
    return tf.logicalOr(below, above).sum().dataSync()[0]!;
  });
}

function ends(values: Float32Array): tf.Tensor {
  return values.length > 1 ? tf.tensor1d(values) : tf.scalar(values[0]!);
}

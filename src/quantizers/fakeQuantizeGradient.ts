import { fakeQuantGradient, tf } from "../tensorflow/index.js";
import { scalesIn } from "./fakeQuantize.js";
import type { IntegerFormat } from "./format.js";
import { codecOf } from "./formats.js";
import { arrange } from "./granularity.js";
import { gridRangeTensors } from "./grid.js";
import type { RangeTensors } from "./range.js";

/**
 * @internal
 * The gradient for x of {@link fakeQuantize} with a range: the clipped straight-through estimator's.
 *
 * @param dy float32 of x's shape
 */
export function fakeQuantizeGradient(
  dy: tf.Tensor,
  x: tf.Tensor,
  format: IntegerFormat,
  range: RangeTensors,
): tf.Tensor {
  return tf.tidy(() => {
    const { rows, columns, restore } = arrange(x, format, scalesIn(range));
    const gradients = dy.reshape(rows.shape);
    if (format.rounding === "halfUp") {
      const { min, max } = gridRangeTensors(range, format);
      return restore(fakeQuantGradient(gradients, rows, min, max, format)[0]!);
    }
    const codec = codecOf(format);
    const mask = codec.inside(rows, codec.parameters(rows, columns, format, range), format);
    return restore(mask ? tf.mul(gradients, mask) : gradients);
  });
}

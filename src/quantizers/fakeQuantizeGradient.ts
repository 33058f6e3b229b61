import { gradientForX } from "../tensorflow/fakeQuant.js";
import { fakeQuantGradient, tf } from "../tensorflow/index.js";
import { scalesIn } from "./fakeQuantize.js";
import type { IntegerFormat } from "./format.js";
import { codecOf } from "./formats.js";
import { arrange } from "./granularity.js";
import { gridRangeTensors } from "./grid.js";
import type { RangeTensors } from "./range.js";

/** @internal What becomes of a gradient on its way back through {@link fakeQuantize}. */
export interface ClippedGradients {
  /** Where the value lies in the range, else 0: float32 of x's shape. */
  x: tf.Tensor;
  /** The sums over the values below and above the range, of the range's shape. */
  below: tf.Tensor;
  above: tf.Tensor;
}

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
    const gradients = arrange(dy, format, scalesIn(range)).rows;
    if (format.rounding === "halfUp") {
      const { min, max } = gridRangeTensors(range, format);
      return restore(gradientForX.of(gradients, rows, min, max, format));
    }
    return restore(tf.mul(gradients, insideCodes(rows, columns, format, range)));
  });
}

/**
 * @internal
 * The same, and what of the gradient belongs to values outside the range: with TensorFlow's rounding
 * one native op gives all three.
 */
export function fakeQuantizeGradients(
  dy: tf.Tensor,
  x: tf.Tensor,
  format: IntegerFormat,
  range: RangeTensors,
): ClippedGradients {
  return tf.tidy(() => {
    const { rows, columns, restore } = arrange(x, format, scalesIn(range));
    const gradients = arrange(dy, format, scalesIn(range)).rows;
    if (format.rounding === "halfUp") {
      const { min, max } = gridRangeTensors(range, format);
      const [dx, below, above] = fakeQuantGradient(gradients, rows, min, max, format);
      return { x: restore(dx!), below: below!, above: above! };
    }
    const dx = tf.mul(gradients, insideCodes(rows, columns, format, range));
    const outside = tf.sub(gradients, dx);
    // 0 lies in every range.
    const positive = tf.mul(outside, tf.cast(tf.greater(rows, 0), "float32"));
    const axes = columns === undefined ? undefined : [0];
    return {
      x: restore(dx),
      below: tf.sum(tf.sub(outside, positive), axes),
      above: tf.sum(positive, axes),
    };
  });
}

/** 1 where the rounded code needs no clipping, as PyTorch has it, else 0. */
function insideCodes(
  rows: tf.Tensor,
  columns: number | undefined,
  format: IntegerFormat,
  range: RangeTensors,
): tf.Tensor {
  const codec = codecOf(format);
  return codec.inside(rows, codec.parameters(rows, columns, format, range), format)!;
}

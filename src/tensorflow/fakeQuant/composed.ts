import { tf } from "../tf.js";
import { type FakeQuantGrids, fakeQuantGrids } from "./fakeQuantGrids.js";
import type { FakeQuantOps } from "./native.js";

/**
 * @internal
 * The twin of the native FakeQuant ops on tfjs's public API, for every backend; its values are the native ops'
 * bit for bit, except for subnormal ranges or steps, which the native ops flush to 0.
 */
export const fakeQuantComposed: FakeQuantOps = {
  forward(x, min, max, attributes) {
    return tf.tidy(() => {
      const grid = fakeQuantGrids(min, max, attributes);
      return tf.where(grid.live, onGrid(x, grid), tf.zerosLike(x));
    });
  },

  backward(dy, x, min, max, attributes) {
    return tf.tidy(() => {
      const { low, high, live } = fakeQuantGrids(min, max, attributes);
      const below = tf.logicalAnd(tf.less(x, low), live);
      const above = tf.logicalAnd(tf.greater(x, high), live);
      const inside = tf.logicalOr(
        tf.logicalAnd(tf.greaterEqual(x, low), tf.lessEqual(x, high)),
        tf.logicalNot(live),
      );
      // The sums run over all axes but the channels' axis.
      const axes = min.rank === 0 ? undefined : x.shape.map((_, i) => i).slice(0, -1);
      return [
        tf.mul(dy, tf.cast(inside, "float32")),
        tf.sum(tf.mul(dy, tf.cast(below, "float32")), axes),
        tf.sum(tf.mul(dy, tf.cast(above, "float32")), axes),
      ];
    });
  },
};

/** @internal Values rounded to a grid that isn't [0, 0], in the order of the ops' own arithmetic. */
export function onGrid(
  x: tf.Tensor,
  { scale, low, high, zeroPoint, inverse, first }: FakeQuantGrids,
): tf.Tensor {
  // The order of min and max decides what becomes of NaN.
  const shifted = tf.sub(tf.maximum(tf.minimum(x, high), low), low);
  // The op for one range divides by the scale, the one for channels multiplies by its inverse.
  const steps = scale.rank === 0 ? tf.div(shifted, scale) : tf.mul(shifted, inverse);
  const zero = first === 0 ? zeroPoint : tf.sub(zeroPoint, first);
  const codes = tf.floor(tf.add(tf.sub(steps, zero), 0.5));
  return tf.mul(codes, scale);
}

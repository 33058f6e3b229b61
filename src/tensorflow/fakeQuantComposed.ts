import type { FakeQuantAttributes, FakeQuantOps } from "./fakeQuantNative.js";
import { type Grid, nudge } from "./nudge.js";
import { tf } from "./tf.js";

/**
 * @internal
 * The twin of the native FakeQuant ops on tfjs's public API, for every backend; its values are the
 * native ops' bit for bit (but not for ranges or steps that are subnormal, which those flush to 0).
 */
export const fakeQuantComposed: FakeQuantOps = {
  forward(x, min, max, attributes) {
    return tf.tidy(() => {
      const { scale, low, high, zero, inverse, live } = gridTensors(min, max, attributes);
      // The order of min and max decides what becomes of NaN.
      const shifted = tf.sub(tf.maximum(tf.minimum(x, high), low), low);
      // The op for one range divides by the scale, the one for channels multiplies by its inverse.
      const steps = min.rank === 0 ? tf.div(shifted, scale) : tf.mul(shifted, inverse);
      const codes = tf.floor(tf.add(tf.sub(steps, zero), 0.5));
      return tf.where(live, tf.mul(codes, scale), tf.zerosLike(x));
    });
  },

  backward(dy, x, min, max, attributes) {
    return tf.tidy(() => {
      const { low, high, live } = gridTensors(min, max, attributes);
      const below = tf.logicalAnd(tf.less(x, low), live);
      const above = tf.logicalAnd(tf.greater(x, high), live);
      const inside = tf.logicalOr(
        tf.logicalAnd(tf.greaterEqual(x, low), tf.lessEqual(x, high)),
        tf.logicalNot(live),
      );
      // All axes but the channels'.
      const axes = min.rank === 0 ? undefined : x.shape.map((_, i) => i).slice(0, -1);
      return [
        tf.mul(dy, tf.cast(inside, "float32")),
        tf.sum(tf.mul(dy, tf.cast(below, "float32")), axes),
        tf.sum(tf.mul(dy, tf.cast(above, "float32")), axes),
      ];
    });
  },
};

/** The grid's numbers as tensors of min's shape. A grid is `live` unless its range is [0, 0]. */
function gridTensors(min: tf.Tensor, max: tf.Tensor, { bits, narrowRange }: FakeQuantAttributes) {
  const smallest = narrowRange ? 1 : 0;
  const largest = 2 ** bits - 1;
  const highs = max.dataSync();
  const lows = min.dataSync();
  const grids = Array.from(lows, (low, i) => nudge(low, highs[i]!, smallest, largest));
  const tensor = (pick: (grid: Grid, i: number) => number) =>
    tf.tensor(grids.map(pick), min.shape, "float32");
  return {
    scale: tensor((grid) => grid.scale),
    low: tensor((grid) => grid.min),
    high: tensor((grid) => grid.max),
    zero: tensor((grid) => grid.zeroPoint - smallest),
    inverse: tensor((_, i) =>
      Math.fround((largest - smallest) / Math.fround(highs[i]! - lows[i]!)),
    ),
    live: tf.tensor(
      grids.map((_, i) => lows[i] !== 0 || highs[i] !== 0),
      min.shape,
      "bool",
    ),
  };
}

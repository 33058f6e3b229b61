import { tf } from "../tf.js";
import type { FakeQuantAttributes } from "./native.js";

/** @internal The grids that FakeQuant makes of ranges, as tensors of the shape of `min`. */
export interface FakeQuantGrids {
  scale: tf.Tensor;
  /** The op's code of the value 0, from `first`. */
  zeroPoint: tf.Tensor;
  low: tf.Tensor;
  high: tf.Tensor;
  /** The inverse of the scale, which the per-channel op multiplies by. */
  inverse: tf.Tensor;
  /** Whether the range isn't [0, 0]. */
  live: tf.Tensor;
  /** The op's smallest code. */
  first: number;
}

/**
 * @internal
 * The grids of ranges, in tensor ops: bit for bit the grids of `nudge` and of TensorFlow's FakeQuant ops,
 * except for subnormal ranges and steps.
 */
export function fakeQuantGrids(
  min: tf.Tensor,
  max: tf.Tensor,
  { bits, narrowRange }: FakeQuantAttributes,
): FakeQuantGrids {
  const first = narrowRange ? 1 : 0;
  const last = 2 ** bits - 1;
  const width = tf.sub(max, min);
  const scale = tf.div(width, last - first);
  const divides = tf.greater(scale, 0);
  const exact = tf.sub(first, tf.div(min, tf.where(divides, scale, tf.onesLike(scale))));
  // C++'s round takes halves away from zero; codes aren't negative, so that is upwards.
  const floor = tf.floor(exact);
  const up = tf.cast(tf.greaterEqual(tf.sub(exact, floor), 0.5), "float32");
  const nearest = tf.clipByValue(tf.add(floor, up), first, last);
  const zeroPoint = tf.where(divides, nearest, tf.fill(scale.shape, first));
  return {
    scale,
    zeroPoint,
    low: tf.mul(tf.sub(first, zeroPoint), scale),
    high: tf.mul(tf.sub(last, zeroPoint), scale),
    inverse: tf.div(last - first, width),
    live: tf.logicalOr(tf.notEqual(min, 0), tf.notEqual(max, 0)),
    first,
  };
}

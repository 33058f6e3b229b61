import { tf } from "../tf.js";
import type { FakeQuantGrids } from "./fakeQuantGrids.js";
import type { FakeQuantAttributes, FakeQuantOps } from "./native.js";

/** Rows as wide as this are as fast to combine with a vector as with a number. */
const width = 1024;

/**
 * @internal
 * The zero point that all channels share, counted from the smallest code, as in symmetric formats and after a
 * ReLU; `undefined` if zero points differ, or if one of the ranges is [0, 0]. The function waits for the
 * values.
 */
export function sharedZero({ zeroPoint, live, first }: FakeQuantGrids): number | undefined {
  const [zero, ...others] = new Set(zeroPoint.dataSync());
  return others.length === 0 && live.dataSync().every(Boolean) ? zero! - first : undefined;
}

/**
 * @internal
 * Rounds per channel by the op for one range, in 5 passes over memory (3 where 0 is the smallest code) instead
 * of 8: the channels' steps are brought to a step of 1 first, where that op's scale and zero point are exact.
 * The op clips the same values as the op per channel, and rounds the same sums down, bit for bit.
 *
 * @param matrix `[rows, channels]`
 * @param zero the result of {@link sharedZero}
 */
export function forwardUniform(
  matrix: tf.Tensor,
  { low, inverse, scale, first }: FakeQuantGrids,
  zero: number,
  ops: FakeQuantOps,
  attributes: FakeQuantAttributes,
): tf.Tensor {
  const last = 2 ** attributes.bits - 1;
  const times = repeats(matrix.shape as [number, number]);
  const wide = (vector: tf.Tensor) => tf.tile(vector, [times]);
  const rows = matrix.reshape([-1, times * matrix.shape[1]!]);
  const steps = tf.mul(zero === 0 ? rows : tf.sub(rows, wide(low)), wide(inverse));
  const ends = [tf.scalar(-zero), tf.scalar(last - first - zero)] as const;
  const codes = ops.forward(zero === 0 ? steps : tf.sub(steps, zero), ...ends, attributes);
  return tf.mul(codes, wide(scale)).reshape(matrix.shape);
}

/** How many rows become one: a divisor of their number. */
function repeats([height, channels]: [number, number]): number {
  let times = Math.max(1, Math.floor(width / channels));
  while (height % times !== 0) times--;
  return times;
}

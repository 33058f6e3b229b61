import type { Arrangement, IntegerFormat } from "../quantizers/index.js";
import { coveringRanges } from "../quantizers/index.js";
import { tf } from "../tensorflow/index.js";

/**
 * @internal
 * Moves a range towards the ends of the values, of each column by itself: end ← momentum · end + (1 − momentum)
 * · the values'. The function consists of tensor ops, so that it can be part of a compiled step. Jacob et al.
 * 2018, arXiv:1712.05877, section 3.1.
 */
export function followRange(
  { min, max }: { min: tf.LayerVariable; max: tf.LayerVariable },
  { rows, columns }: Pick<Arrangement, "rows" | "columns">,
  format: IntegerFormat,
  momentum: number,
): void {
  tf.tidy(() => {
    const now = coveringRanges(rows, columns, format);
    const follow = (average: tf.LayerVariable, end: tf.Tensor) => {
      const before = average.read();
      const moved = tf.add(tf.mul(before, momentum), tf.mul(end, 1 - momentum));
      // An infinite value has no range: the average stays.
      average.write(tf.where(tf.isFinite(end), moved, before));
    };
    follow(min, now.min);
    follow(max, now.max);
  });
}

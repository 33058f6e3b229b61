import { arrange } from "../quantizers/granularity.js";
import type { IntegerFormat } from "../quantizers/index.js";
import { coveringRanges } from "../quantizers/statistics.js";
import { tf } from "../tensorflow/index.js";

/**
 * @internal
 * Moves a range towards the ends of the values: end ← momentum · end + (1 − momentum) · the values'. In tensor
 * ops, so that it can be part of a compiled step. Jacob et al. 2018, arXiv:1712.05877, section 3.1.
 */
export function followRange(
  { min, max }: { min: tf.LayerVariable; max: tf.LayerVariable },
  x: tf.Tensor,
  format: IntegerFormat,
  momentum: number,
): void {
  tf.tidy(() => {
    const { rows, columns } = arrange(x, { per: "tensor" }, min.shape[0] ?? undefined);
    const now = coveringRanges(rows, columns, format);
    const follow = (average: tf.LayerVariable, end: tf.Tensor) =>
      average.write(tf.add(tf.mul(average.read(), momentum), tf.mul(end, 1 - momentum)));
    follow(min, now.min);
    follow(max, now.max);
  });
}

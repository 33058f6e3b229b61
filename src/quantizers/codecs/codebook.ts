import { tf } from "../../tensorflow/index.js";
import { divisor, largestFinite, rootMeanSquare } from "../extents.js";
import type { CodebookFormat } from "../formats/codebook.js";
import type { Codec } from "./codec.js";

/** @internal Codebooks: value = scale · values[code]. */
export const codebookCodec: Codec<CodebookFormat> = {
  parameters(rows, columns, { scale, values }, range) {
    const largest = Math.max(...values.map(Math.abs));
    if (range && "scale" in range) return { scale: range.scale };
    if (range) {
      const size = tf.maximum(tf.abs(range.min), tf.abs(range.max));
      return { scale: divisor(tf.div(size, largest)) };
    }
    if (scale === "none") return { scale: tf.scalar(1) };
    if (scale === "rms") return { scale: divisor(rootMeanSquare(rows, columns)) };
    return { scale: divisor(tf.div(largestFinite(rows, columns), largest)) };
  },

  encode: (rows, { scale }, { values }) => nearestIndex(tf.div(rows, scale), values),

  decode: (codes, { scale }, { values }) =>
    tf.mul(tf.gather(tf.tensor1d(Float32Array.from(values)), tf.cast(codes, "int32")), scale),

  inside: () => undefined,
};

/**
 * The index of the nearest of ascending values, found by halving; the middle of two values belongs to the
 * larger. The search takes one gather and one comparison for each bit of the index.
 */
function nearestIndex(x: tf.Tensor, values: readonly number[]): tf.Tensor {
  const bits = Math.ceil(Math.log2(values.length));
  // Entry i is where value i begins.
  const starts = Float32Array.from({ length: 2 ** bits }, (_, i) =>
    i > 0 && i < values.length ? (values[i - 1]! + values[i]!) / 2 : Number.POSITIVE_INFINITY,
  );
  const table = tf.tensor1d(starts);
  // Unused entries of the table start at ∞, which ∞ itself would reach.
  const finite = tf.minimum(x, 3.4028234663852886e38);
  let index = tf.zeros(x.shape, "int32");
  for (let step = 2 ** (bits - 1); step >= 1; step /= 2) {
    const next = tf.add(index, tf.scalar(step, "int32"));
    const reached = tf.greaterEqual(finite, tf.gather(table, next));
    index = tf.where(reached, next, index);
  }
  return tf.cast(index, "float32");
}

import { tf } from "../../tensorflow/index.js";
import { mean, meanWhere } from "../extents.js";
import type { BinaryFormat, TernaryFormat } from "../formats/binary.js";
import type { Codec, CodecParameters } from "./codec.js";

/** @internal Values are scale · code, with the codes −1 and 1. */
export const binaryCodec: Codec<BinaryFormat> = {
  parameters(rows, columns, format, range) {
    return givenScale(range, format) ?? { scale: mean(tf.abs(rows), columns) };
  },
  encode: (rows) => tf.sub(tf.mul(tf.cast(tf.greaterEqual(rows, 0), "float32"), 2), 1),
  decode: (codes, { scale }) => tf.mul(codes, scale),
  inside: () => undefined,
};

/** @internal Values are scale · code, with the codes −1, 0 and 1. */
export const ternaryCodec: Codec<TernaryFormat> = {
  parameters(rows, columns, format, range) {
    const parameters = givenScale(range, format);
    if (parameters) return { ...parameters, threshold: tf.div(parameters.scale, 2) };
    const size = tf.abs(rows);
    const threshold = tf.mul(mean(size, columns), 0.7);
    const kept = tf.cast(tf.greater(size, threshold), "float32");
    return { scale: meanWhere(size, kept, columns), threshold };
  },

  encode(rows, { threshold }) {
    const above = tf.cast(tf.greater(rows, threshold!), "float32");
    const below = tf.cast(tf.less(rows, tf.neg(threshold!)), "float32");
    return tf.sub(above, below);
  },

  decode: (codes, { scale }) => tf.mul(codes, scale),
  inside: () => undefined,
};

function givenScale(
  range: CodecParameters | { min: tf.Tensor } | undefined,
  format: BinaryFormat | TernaryFormat,
): CodecParameters | undefined {
  if (!range) return undefined;
  if ("scale" in range) return { scale: range.scale };
  throw new TypeError(
    `invalid range: min and max for ${format} (expected its scale, as in { scale: 0.1 }, or none)`,
  );
}

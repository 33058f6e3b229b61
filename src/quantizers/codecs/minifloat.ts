import { tf } from "../../tensorflow/index.js";
import { divisor, largestFinite } from "../extents.js";
import { largestCode, type MinifloatFormat, valuesOf } from "../formats/minifloat.js";
import { powersBelow } from "../grid/powerOfTwo.js";
import { roundTensor } from "../grid/rounding.js";
import type { Codec } from "./codec.js";

/** @internal Minifloats: value = scale · (the number of the code). */
export const minifloatCodec: Codec<MinifloatFormat> = {
  parameters(rows, columns, { per, largest }, range) {
    if (range && "scale" in range) return { scale: range.scale };
    if (range) {
      const size = tf.maximum(tf.abs(range.min), tf.abs(range.max));
      return { scale: divisor(tf.div(size, largest)) };
    }
    if (per === undefined) return { scale: tf.scalar(1) };
    return { scale: divisor(tf.div(largestFinite(rows, columns), largest)) };
  },

  encode: (rows, { scale }, format) => minifloatCodes(tf.div(rows, scale), format),

  decode: (codes, { scale }, format) => tf.mul(minifloatValues(codes, format), scale),

  inside(rows, { scale }, { saturate, largest }) {
    if (!saturate) return undefined;
    return tf.cast(tf.lessEqual(tf.abs(tf.div(rows, scale)), largest), "float32");
  },
};

/** @internal The codes of numbers: the bits of sign, exponent and mantissa as one whole number. */
export function minifloatCodes(x: tf.Tensor, format: MinifloatFormat): tf.Tensor {
  const { bits, mantissaBits, bias, specials, saturate } = format;
  const size = tf.abs(x);
  const { floor, power } = powersBelow(size);
  // Below the smallest normal number the steps are as long as at that number.
  const exponent = tf.maximum(floor, 1 - bias);
  const unit = tf.maximum(power, 2 ** (1 - bias));
  const steps = tf.mul(tf.div(size, unit), 2 ** mantissaBits);
  // Steps that reach the next power of two carry over into the exponent, which is the right code.
  const code = tf.add(
    tf.mul(tf.add(exponent, bias - 1), 2 ** mantissaBits),
    roundTensor(steps, format.rounding, format.seed),
  );
  const largest = largestCode(format);
  const nan = specials === "none" ? 0 : 2 ** (bits - 1) - 1;
  const over = saturate ? largest : largest + 1;
  const clipped = tf.where(tf.greater(code, largest), tf.fill(x.shape, over), code);
  const magnitude = tf.where(tf.isNaN(x), tf.fill(x.shape, nan), clipped);
  return tf.add(magnitude, tf.mul(tf.cast(isNegative(x), "float32"), 2 ** (bits - 1)));
}

/** @internal The numbers that codes stand for. */
export function minifloatValues(codes: tf.Tensor, format: MinifloatFormat): tf.Tensor {
  return tf.gather(tf.tensor1d(valuesOf(format)), tf.cast(codes, "int32"));
}

/** Where numbers have a minus sign; −0 has one too. */
function isNegative(x: tf.Tensor): tf.Tensor {
  return tf.logicalOr(tf.less(x, 0), tf.less(tf.div(1, x), 0));
}

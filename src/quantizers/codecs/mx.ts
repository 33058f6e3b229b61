import { tf } from "../../tensorflow/index.js";
import { largestSize } from "../extents.js";
import type { MxFormat } from "../formats/mx.js";
import { powersBelow, powersOf } from "../grid/powerOfTwo.js";
import type { Codec } from "./codec.js";
import { minifloatCodes, minifloatValues } from "./minifloat.js";

/** MXINT8 has 6 bits after the point. */
const sixtyFourths = 64;

/** @internal MX blocks: value = 2^(shared exponent) · element. */
export const mxCodec: Codec<MxFormat> = {
  parameters(rows, columns, { name, element }, range) {
    if (range) {
      throw new TypeError(
        `invalid range: given for ${name} (expected none: blocks scale themselves)`,
      );
    }
    const size = largestSize(rows, columns);
    const { floor } = powersBelow(size);
    const emax = element === "int8" ? 0 : Math.floor(Math.log2(element.largest));
    const power = powersOf(tf.maximum(tf.sub(floor, emax), -126));
    return { scale: tf.where(tf.isNaN(size), tf.fill(size.shape, Number.NaN), power) };
  },

  encode(rows, { scale }, { element }) {
    const scaled = tf.div(rows, scale);
    const numbers = tf.where(tf.isNaN(scaled), tf.zerosLike(scaled), scaled);
    if (element !== "int8") return minifloatCodes(numbers, element);
    return tf.clipByValue(tf.round(tf.mul(numbers, sixtyFourths)), -127, 127);
  },

  decode(codes, { scale }, { element }) {
    const numbers =
      element === "int8" ? tf.div(codes, sixtyFourths) : minifloatValues(codes, element);
    return tf.mul(numbers, scale);
  },

  inside: () => undefined,
};

import { tf } from "../../tensorflow/index.js";

/** Exponents of float32's normal numbers. */
const [lowest, highest] = [-126, 127];

/** @internal The smallest power of two that isn't below a scale; 0 for 0. */
export function nextPowerOfTwo(scale: number): number {
  if (scale === 0) return 0;
  const power = 2 ** Math.max(lowest, Math.ceil(Math.log2(scale)));
  // The logarithm is rounded, so that the power may be one too small or too large.
  if (power < scale) return 2 * power;
  return power / 2 >= scale && power > 2 ** lowest ? power / 2 : power;
}

/** @internal The smallest powers of two that aren't below the scales of a tensor; 0 for 0. */
export function nextPowersOfTwo(scale: tf.Tensor): tf.Tensor {
  const { floor, power } = powersBelow(scale);
  const up = tf.cast(tf.greater(scale, power), "float32");
  const next = powersOf(tf.minimum(tf.add(floor, up), highest));
  return tf.where(tf.greater(scale, 0), next, tf.zerosLike(scale));
}

/**
 * @internal
 * The largest power of two that isn't above a size, and its exponent, ⌊log₂ size⌋. A size below float32's
 * normal numbers, 0 included, has those of 2⁻¹²⁶.
 *
 * @param size float32 from 0
 */
export function powersBelow(size: tf.Tensor): { floor: tf.Tensor; power: tf.Tensor } {
  // The logarithm is rounded; a division by a power of two is exact, so the quotient corrects the exponent.
  const normal = tf.clipByValue(size, 2 ** lowest, largestFloat);
  const guess = tf.clipByValue(tf.floor(tf.mul(tf.log(normal), 1 / Math.LN2)), lowest, highest);
  const quotient = tf.div(normal, powersOf(guess));
  const above = tf.cast(tf.greaterEqual(quotient, 2), "float32");
  const below = tf.cast(tf.less(quotient, 1), "float32");
  const floor = tf.clipByValue(tf.sub(tf.add(guess, above), below), lowest, highest);
  return { floor, power: powersOf(floor) };
}

const largestFloat = 3.4028234663852886e38;

/** @internal 2^exponent, exactly, for exponents −126 to 127. */
export function powersOf(exponent: tf.Tensor): tf.Tensor {
  const table = Float32Array.from({ length: highest - lowest + 1 }, (_, i) => 2 ** (i + lowest));
  // NaN has no index in the table; a caller that passes NaN puts it back.
  const index = tf.where(tf.isNaN(exponent), tf.zerosLike(exponent), exponent);
  return tf.gather(tf.tensor1d(table), tf.cast(tf.sub(index, lowest), "int32"));
}

import { tf } from "../tensorflow/index.js";

/**
 * @internal
 * a · b + c, rounded to float32 once, as a processor's fused operation does, which compilers put in place of a
 * multiplication and an addition. The product's error is found as by Dekker (1971), the sum's as by Knuth, both
 * exact where nothing over- or underflows; only where their sum is itself rounded could the last bit differ.
 */
export function multiplyAdd(a: tf.Tensor, b: tf.Tensor, c: tf.Tensor): tf.Tensor {
  const product = tf.mul(a, b);
  const [aHigh, aLow] = split(a);
  const [bHigh, bLow] = split(b);
  const cross = tf.add(
    tf.add(tf.sub(tf.mul(aHigh, bHigh), product), tf.mul(aHigh, bLow)),
    tf.mul(aLow, bHigh),
  );
  const lostInProduct = tf.add(cross, tf.mul(aLow, bLow));
  const sum = tf.add(product, c);
  const ofC = tf.sub(sum, product);
  const lostInSum = tf.add(tf.sub(product, tf.sub(sum, ofC)), tf.sub(c, ofC));
  return tf.add(sum, tf.add(lostInSum, lostInProduct));
}

/** A float32 as the sum of two numbers of 12 bits, whose products are exact. */
function split(a: tf.Tensor): [tf.Tensor, tf.Tensor] {
  const wide = tf.mul(a, 2 ** 12 + 1);
  const high = tf.sub(wide, tf.sub(wide, a));
  return [high, tf.sub(a, high)];
}

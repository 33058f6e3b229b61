import { tf } from "../tensorflow/index.js";

/**
 * @internal
 * Mean softmax cross-entropy of logits `[n, classes]` against labels `[n]`, a scalar.
 */
export function crossEntropy(logits: tf.Tensor, labels: tf.Tensor1D, classes: number): tf.Scalar {
  const target = tf.oneHot(labels, classes).toFloat();
  return tf.losses.softmaxCrossEntropy(target, logits) as tf.Scalar;
}

/** @internal How many of the labels `[n]` the largest logit names, an int32 scalar. */
export function countCorrect(logits: tf.Tensor, labels: tf.Tensor1D): tf.Scalar {
  return tf.argMax(logits, -1).equal(labels).sum();
}

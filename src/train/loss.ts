import { tf } from "../tensorflow/index.js";

/** What is to become small, from targets and a model's output, both `[n, …]`: a mean, or a value for each example. */
export type LossFunction = (yTrue: tf.Tensor, yPred: tf.Tensor) => tf.Tensor;

/**
 * What `model.compile` takes as `loss`: one of tfjs's names, such as `"meanSquaredError"` or
 * `"sparseCategoricalCrossentropy"`, or a function; for several outputs, a list or a record by name.
 */
export type Loss =
  | string
  | LossFunction
  | (string | LossFunction)[]
  | { [output: string]: string | LossFunction };

/** @internal Mean softmax cross-entropy in nats of logits `[n, classes]` against labels `[n, 1]`. */
export function labelCrossEntropy(classes: number): LossFunction {
  return (labels, logits) => {
    const target = tf.oneHot(labels.reshape([-1]), classes).toFloat();
    return tf.losses.softmaxCrossEntropy(target, logits);
  };
}

/** @internal The loss of one output, as it was given. */
export function lossOf(
  loss: Loss,
  output: number,
  name: string,
): string | LossFunction | undefined {
  if (typeof loss === "string" || typeof loss === "function") return loss;
  return Array.isArray(loss) ? loss[output] : loss[name];
}

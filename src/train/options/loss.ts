import { tf } from "../../tensorflow/index.js";

/** Computes the loss from targets and a model's output, both `[n, …]`: a mean, or a value for each example. */
export type LossFunction = (yTrue: tf.Tensor, yPred: tf.Tensor) => tf.Tensor;

/** The name of a loss of tfjs. */
export type LossName =
  | "meanSquaredError"
  | "meanAbsoluteError"
  | "meanAbsolutePercentageError"
  | "meanSquaredLogarithmicError"
  | "squaredHinge"
  | "hinge"
  | "categoricalHinge"
  | "logcosh"
  | "categoricalCrossentropy"
  | "sparseCategoricalCrossentropy"
  | "binaryCrossentropy"
  | "kullbackLeiblerDivergence"
  | "poisson"
  | "cosineProximity";

/**
 * The `loss` that `model.compile` takes: one of tfjs's names, such as `"meanSquaredError"` or
 * `"sparseCategoricalCrossentropy"`, or a function; for several outputs, a list or a record by name.
 */
export type Loss =
  | LossName
  | LossFunction
  | (LossName | LossFunction)[]
  | { [output: string]: LossName | LossFunction };

/** Losses that are known to take logits. */
const logitLosses = new WeakSet<LossFunction>();

/** @internal Marks a loss that takes logits: a softmax at the end of the model is left out for it. */
export function ofLogits(loss: LossFunction): LossFunction {
  logitLosses.add(loss);
  return loss;
}

/** @internal Whether a loss was marked by {@link ofLogits}. */
export function takesLogits(loss: unknown): boolean {
  return typeof loss === "function" && logitLosses.has(loss as LossFunction);
}

/** @internal Mean softmax cross-entropy in nats of logits `[n, classes]` against labels `[n, 1]`. */
export function labelCrossEntropy(classes: number): LossFunction {
  return ofLogits((labels, logits) => {
    const target = tf.oneHot(labels.reshape([-1]), classes).toFloat();
    return tf.losses.softmaxCrossEntropy(target, logits);
  });
}

/** Keeps the logarithm of a probability that was rounded to 0 finite, as Keras' `epsilon` does. */
const smallest = 1e-7;

/** @internal Mean cross-entropy in nats of probabilities `[n, classes]` against labels `[n, 1]`. */
export function probabilityCrossEntropy(classes: number): LossFunction {
  return (labels, probabilities) => {
    const target = tf.oneHot(labels.reshape([-1]), classes).toFloat();
    const ofLabels = tf.mul(target, probabilities).sum(-1);
    return tf.neg(tf.log(tf.add(ofLabels, smallest)).mean());
  };
}

/** @internal Mean binary cross-entropy in nats of one logit `[n, 1]` against labels 0 and 1, `[n, 1]`. */
export const binaryCrossEntropy: LossFunction = (labels, logits) =>
  tf.losses.sigmoidCrossEntropy(labels.toFloat(), logits);

/** @internal The loss of one output among the losses of the options. */
export function lossOf(
  loss: Loss,
  output: number,
  name: string,
): LossName | LossFunction | undefined {
  if (typeof loss === "string" || typeof loss === "function") return loss;
  return Array.isArray(loss) ? loss[output] : loss[name];
}

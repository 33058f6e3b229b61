import { withFoldedBatchNorm } from "../../graph/index.js";
import { passedThrough } from "../../quantized/index.js";
import { tf } from "../../tensorflow/index.js";
import { endingOf, withoutActivation } from "../../train/index.js";
import type { Plan } from "./options.js";

/**
 * @internal
 * The cross-entropy of each example, `[n]`, by which attacks climb, and the output that it comes from, `[n, classes]`. Where
 * the model ends in a softmax or a sigmoid that can't be left out (a quantized one), the output has probabilities, else logits:
 * the gradient of a sigmoid that is sure of itself is 0, which would mask the model.
 */
export function answersTo(
  model: tf.LayersModel,
  xs: tf.Tensor,
  labels: tf.Tensor1D,
): { losses: tf.Tensor1D; output: tf.Tensor2D } {
  const ending = endingOf(model, 0);
  const squashes = ending.activation === "softmax" || ending.activation === "sigmoid";
  const apply = () => model.apply(xs, { training: false }) as tf.Tensor2D;
  const output = squashes && ending.removable ? withoutActivation(ending, apply) : apply();
  const target = tf.oneHot(labels, output.shape[1]).toFloat();
  const logs =
    squashes && !ending.removable
      ? logarithmOf(output, target, ending.activation === "sigmoid")
      : tf.mul(target, tf.logSoftmax(output)).sum(-1);
  return { losses: tf.neg(logs) as tf.Tensor1D, output };
}

/** The logarithm of the right class's probability; a sigmoid's outputs first become logits. */
function logarithmOf(output: tf.Tensor2D, target: tf.Tensor, isSigmoid: boolean): tf.Tensor {
  if (!isSigmoid) return tf.log(tf.add(tf.mul(target, output).sum(-1), 1e-7));
  const logits = tf.sub(tf.log(tf.add(output, 1e-7)), tf.log(tf.sub(1 + 1e-7, output)));
  return tf.mul(target, tf.logSoftmax(logits)).sum(-1);
}

/** @internal The losses of {@link answersTo}. */
export function lossesOf(model: tf.LayersModel, xs: tf.Tensor, labels: tf.Tensor1D): tf.Tensor1D {
  return answersTo(model, xs, labels).losses;
}

/** @internal The gradient of the summed losses for the examples, of their shape. */
export function gradientOf(
  { source, estimator, target }: Pick<Plan, "source" | "estimator" | "target">,
  xs: tf.Tensor,
  labels: tf.Tensor1D,
): tf.Tensor {
  // A targeted attack goes down the loss of the class that it wants.
  const sum = (x: tf.Tensor) => {
    const loss = lossesOf(source, x, labels).sum();
    return target === undefined ? loss : loss.neg();
  };
  const take = () => withFoldedBatchNorm(source, () => tf.grad(sum)(xs));
  try {
    return estimator ? passedThrough(source, estimator, take) : take();
  } catch (cause) {
    if (
      !/Cannot find a connection|gradient function not found|Cannot compute gradient/i.test(
        String(cause),
      )
    )
      throw cause;
    throw new TypeError(
      `invalid model: the output of "${source.name}" has no gradient for its input, which may be numbers of words (expected a model that computes with its input's values)`,
      { cause },
    );
  }
}

import type { Dataset } from "../datasets/index.js";
import { checkClasses, checkExamples, checkModel } from "../models/check.js";
import { tf } from "../tensorflow/index.js";
import { countCorrect, crossEntropy } from "./loss.js";

/** How well a model does on a data set. */
export interface Evaluation {
  /** Mean softmax cross-entropy in nats. */
  loss: number;
  /** The share of examples whose largest logit is their label, from 0 to 1. */
  accuracy: number;
}

/**
 * The loss and accuracy of a model, in inference mode.
 *
 * @param model a tfjs Layers model whose outputs are logits
 * @param data what to evaluate on
 * @param options `batchSize` (default 512); it doesn't change the accuracy
 * @throws TypeError for what isn't a model or a data set, RangeError where shapes or classes differ
 * @example
 * q.evaluate(model, test); // { loss: 0.12, accuracy: 0.96 }
 */
export function evaluate(
  model: tf.LayersModel,
  data: Dataset,
  { batchSize = 512 }: { batchSize?: number } = {},
): Evaluation {
  checkModel(model);
  checkExamples(model, data, "data");
  checkClasses(model, data, "data");
  let loss = 0;
  let correct = 0;
  for (const { xs, ys } of data.batches(batchSize)) {
    const sums = tf.tidy(() => {
      const logits = model.apply(xs, { training: false }) as tf.Tensor;
      const entropy = crossEntropy(logits, ys, data.classes).mul(ys.shape[0]);
      return tf.stack([entropy, countCorrect(logits, ys).toFloat()]);
    });
    const [batchLoss, batchCorrect] = sums.dataSync();
    loss += batchLoss!;
    correct += batchCorrect!;
    tf.dispose([xs, ys, sums]);
  }
  return { loss: loss / data.size, accuracy: correct / data.size };
}

/**
 * The share of examples that a model names right, from 0 to 1; parameters and errors are those of
 * {@link evaluate}.
 *
 * @example
 * q.accuracy(model, test); // 0.96
 */
export function accuracy(
  model: tf.LayersModel,
  data: Dataset,
  options?: { batchSize?: number },
): number {
  return evaluate(model, data, options).accuracy;
}

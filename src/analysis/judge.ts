import { Dataset } from "../datasets/index.js";
import { checkClasses, checkModel } from "../graph/index.js";
import type { tf } from "../tensorflow/index.js";
import {
  accuracy,
  type Evaluation,
  evaluate,
  inputsOf,
  type Loss,
  type TrainingData,
} from "../train/index.js";

/** @internal Evaluates a model on data; the accuracy is NaN if the data have no classes. */
export type Judge = (model: tf.LayersModel) => Evaluation;

/**
 * @internal
 * Makes a function that evaluates models that are made from a model: on a data set by cross-entropy and
 * accuracy, on tensors by `loss`, whose default is that of the compiled model.
 *
 * @throws TypeError if `data` are neither a data set nor tensors, or there is no loss; RangeError if shapes or
 *   classes differ
 */
export function judgeOf(model: tf.LayersModel, data: TrainingData, loss?: Loss): Judge {
  checkModel(model);
  if (data instanceof Dataset && loss === undefined) {
    inputsOf(model, data, "data");
    checkClasses(model, data, "data", 'a loss, as in { loss: "meanSquaredError" }');
    return (quantized) => evaluate(quantized, data);
  }
  const measure = loss ?? (model.loss as Loss | undefined);
  const isClasses = typeof measure === "string" && /crossentropy/i.test(measure);
  return (quantized) => ({
    loss: evaluate(quantized, data, { loss: measure }).loss,
    accuracy: isClasses ? accuracy(quantized, data) : Number.NaN,
  });
}

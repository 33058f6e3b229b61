import { checkChoice, checkOptions } from "../arguments/index.js";
import { checkModel, outputNames } from "../graph/index.js";
import { tf } from "../tensorflow/index.js";
import { type InputData, inputsOf } from "./data/inputs.js";

/** Options of {@link predict}. */
export interface PredictOptions {
  /** The name of the layer whose output is asked for. Default: the model's own output. */
  layer?: string;
}

/**
 * The output of a model, or of one of its layers, for all examples at once. `model.predict` of TensorFlow.js returns a
 * tensor or a list of tensors; this function returns one tensor, and refuses a model with several outputs.
 *
 * @param model a tfjs Layers model
 * @param data the examples: a data set, a tensor `[examples, …]`, or `{ xs }` with a tensor for each input
 * @returns a tensor `[examples, …]`, which is the caller's to dispose
 * @throws TypeError if `model` isn't a model, if it has several outputs and no `layer` is named, or if there is no such layer;
 *   RangeError if the model doesn't take the examples
 * @example
 * q.predict(model, test).shape; // [ 600, 10 ]
 * q.predict(model, test, { layer: "pool" }).shape; // [ 600, 4, 4, 8 ]
 */
export function predict(
  model: tf.LayersModel,
  data: InputData | tf.Tensor,
  options: PredictOptions = {},
): tf.Tensor {
  checkOptions<PredictOptions>("q.predict", options, { layer: true });
  checkModel(model);
  const inputs = inputsOf(model, data instanceof tf.Tensor ? { xs: data } : data, "data");
  const from = options.layer === undefined ? model : withOutputOf(model, options.layer);
  if (from.outputs.length !== 1) {
    throw new TypeError(
      `invalid model: "${model.name}" has ${from.outputs.length} outputs (expected one, or a layer's, as in q.predict(model, data, { layer: "${outputNames(model)[0]}" }))`,
    );
  }
  return from.predict(inputs.length === 1 ? inputs[0]! : inputs) as tf.Tensor;
}

/** A model of the same layers that ends with one of them. */
function withOutputOf(model: tf.LayersModel, name: string): tf.LayersModel {
  checkChoice(
    "layer",
    name,
    model.layers.map((layer) => layer.name),
  );
  return tf.model({ inputs: model.inputs, outputs: model.getLayer(name).output });
}

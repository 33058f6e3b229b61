import type { Layer } from "../../graph/index.js";
import { tf } from "../../tensorflow/index.js";
import type { TensorBatch } from "../data/data.js";
import type { Training } from "../loop/setUp.js";
import { trainingLoss } from "../loop/step.js";
import { isFiniteTensor, rangeText } from "./finite.js";

/** @internal The place where values first stopped being finite, and a remedy that may help. */
export interface Finding {
  text: string;
  layer?: string;
  remedy: string;
}

const smaller = "What helps where values have grown: a smaller learningRate, or { clipNorm: 1 }.";

/**
 * @internal
 * Looks through a step, layer by layer, for the first values that are NaN or infinite.
 *
 * @param broken the weights that aren't finite after the step
 */
export function findInBatch(
  training: Training,
  { inputs, targets }: TensorBatch,
  broken: tf.LayerVariable[],
): Finding {
  const { model, objective } = training;
  const data = [...inputs, ...targets].find((tensor) => !isFiniteTensor(tensor));
  if (data) {
    const source = inputs.includes(data) ? "the batch's inputs" : "the batch's targets";
    return { text: `${source}, ${rangeText(data)}`, remedy: "Look at the data." };
  }
  const weight = model.weights.find((variable) => !isFiniteTensor(variable.read()));
  if (weight) {
    return {
      text: `${owner(model, weight)}, before the step: ${rangeText(weight.read())}`,
      layer: layerOf(model, weight)?.name,
      remedy: "Load or make the model anew.",
    };
  }
  const watch = watchLayers(model);
  try {
    tf.tidy(() => {
      const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
      const { grads } = tf.variableGrads(() => {
        const { loss } = trainingLoss({ model, objective }, inputs, targets);
        if (!isFiniteTensor(loss)) watch.finding ??= inLoss(loss, watch.outputs);
        return loss;
      }, variables);
      watch.finding ??= inBackward(training, grads) ?? inUpdate(training, grads, broken);
    });
    return watch.finding!;
  } finally {
    watch.restore();
  }
}

function inLoss(loss: tf.Tensor, outputs: tf.Tensor[]): Finding {
  return {
    text: `the loss itself (${loss.dataSync()[0]}), of outputs ${outputs.map(rangeText).join("; ")}`,
    remedy: `${smaller} Else: a loss that takes no logarithm of 0 and doesn't divide by it.`,
  };
}

/** Looks through the gradients. In a backward pass, the model's last layer comes first. */
function inBackward({ model }: Training, grads: tf.NamedTensorMap): Finding | undefined {
  const weight = model.trainableWeights.findLast((variable) => {
    const gradient = grads[(variable.read() as tf.Variable).name];
    return gradient && !isFiniteTensor(gradient);
  });
  if (!weight) return undefined;
  const gradient = grads[(weight.read() as tf.Variable).name]!;
  return {
    text: `in the backward pass, the gradient of ${owner(model, weight)}: ${rangeText(gradient)}; ${weightsText(layerOf(model, weight))}`,
    layer: layerOf(model, weight)?.name,
    remedy: smaller,
  };
}

function inUpdate(
  { model, optimizer }: Training,
  grads: tf.NamedTensorMap,
  [weight]: tf.LayerVariable[],
): Finding {
  if (!weight) return { text: "something that only the compiled step computes", remedy: smaller };
  const gradient = grads[(weight.read() as tf.Variable).name];
  const from = gradient ? `, from a gradient ${rangeText(gradient)}` : "";
  return {
    text: `what ${optimizer.getClassName()} made of ${owner(model, weight)}, ${rangeText(weight.read())} before it${from}`,
    layer: layerOf(model, weight)?.name,
    remedy: smaller,
  };
}

/** Notes the first layer whose output isn't finite, until the watch is ended. */
function watchLayers(model: tf.LayersModel) {
  const watch: { finding?: Finding; outputs: tf.Tensor[]; restore(): void } = {
    outputs: [],
    restore: () => {
      for (const layer of model.layers) delete (layer as { call?: unknown }).call;
    },
  };
  for (const layer of model.layers) {
    const call = layer.call.bind(layer);
    layer.call = (inputs, kwargs) => {
      const results = call(inputs, kwargs);
      const outputs = [results].flat();
      watch.outputs = outputs;
      const output = outputs.find((tensor) => !isFiniteTensor(tensor));
      if (output) watch.finding ??= layerFinding(layer, [inputs].flat() as tf.Tensor[], output);
      return results;
    };
  }
  return watch;
}

function layerFinding(layer: Layer, inputs: tf.Tensor[], output: tf.Tensor): Finding {
  const ranges = inputs.map(rangeText).join("; ");
  return {
    text: `the output of ${named(layer)}, ${rangeText(output)}; its input ${ranges}${weightsText(layer, "; ")}`,
    layer: layer.name,
    remedy: smaller,
  };
}

function weightsText(layer: Layer | undefined, before = ""): string {
  const texts = layer?.weights.map(
    (weight) => `${weight.originalName.split("/").at(-1)} ${rangeText(weight.read())}`,
  );
  return texts?.length ? before + texts.join("; ") : "";
}

function owner(model: tf.LayersModel, weight: tf.LayerVariable): string {
  const layer = layerOf(model, weight);
  const name = weight.originalName.split("/").at(-1);
  return layer ? `the ${name} of ${named(layer)}` : weight.originalName;
}

function layerOf(model: tf.LayersModel, weight: tf.LayerVariable): Layer | undefined {
  return model.layers.find((layer) => layer.weights.includes(weight));
}

/** The name of a layer; a layer that wraps another one has the name of the layer that computes. */
function named(layer: Layer): string {
  const { inner = layer } = layer as { inner?: Layer };
  return `layer "${layer.name}" (${inner.getClassName()})`;
}

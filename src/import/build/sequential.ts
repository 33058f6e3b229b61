import { freeName } from "../../graph/index.js";
import type { Layer } from "../../layers/index.js";
import { tf } from "../../tensorflow/index.js";
import { type Json, shapeOf } from "../config/json.js";
import type { ModelConfig } from "../config/modelConfig.js";
import type { Context } from "./context.js";
import { type InputOptions, inputOptions } from "./input.js";
import { located, makeLayer, nameOf } from "./layer.js";
import { type BuiltLayer, type BuiltModel, buildModel } from "./model.js";

/** @internal Builds a sequential model. @throws Error if the shape of its input isn't known */
export function stack(config: ModelConfig, context: Context): BuiltModel {
  const model = tf.sequential({ name: config.name });
  const layers: BuiltLayer[] = [];
  const [first] = config.layers;
  if (!first) throw new Error(`model "${config.name}" has no layers`);
  const input = inputOf(config);
  if (input) model.add(tf.layers.inputLayer(input));
  for (const layer of config.layers) {
    if (layer.className === "InputLayer") continue;
    const inner = layer.inner && buildModel(layer.inner, context);
    const made = inner ? (inner.model as unknown as Layer) : makeLayer(layer, context);
    located(nameOf(layer), () => tf.tidy(() => model.add(made)));
    layers.push({ config: layer, layer: made, ...(inner && { inner }) });
  }
  return { model, layers };
}

/** The input, which is a layer of its own, or stands in the first layer's options. */
function inputOf(config: ModelConfig): InputOptions | undefined {
  const [first] = config.layers;
  if (first!.className === "InputLayer") return inputOptions(first!);
  // A model inside the model has an input.
  if (first!.inner) return undefined;
  const stated: Json | undefined =
    first!.config.batch_input_shape ?? first!.config.batch_shape ?? config.inputShape;
  if (stated === undefined || stated === null) {
    throw new Error(
      `model "${config.name}" has no shape for its input (call the model once in Python, or begin it with keras.Input, and save it again)`,
    );
  }
  const { dtype } = inputOptions({ ...first!, config: { ...first!.config, batch_shape: stated } });
  const name = freeName("input", new Set(config.layers.map((layer) => layer.name)));
  return { name, batchInputShape: shapeOf(stated, `the input of model "${config.name}"`), dtype };
}

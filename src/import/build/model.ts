import type { Layer } from "../../layers/index.js";
import type { tf } from "../../tensorflow/index.js";
import type { LayerConfig, ModelConfig } from "../config/modelConfig.js";
import type { Context } from "./context.js";
import { connect } from "./functional.js";
import { stack } from "./sequential.js";

/** @internal A model that was built, with its layers in the file's order. */
export interface BuiltModel {
  model: tf.LayersModel;
  layers: BuiltLayer[];
}

/** @internal A layer of a model that was built. */
export interface BuiltLayer {
  config: LayerConfig;
  layer: Layer;
  /** The model, if the layer is one. */
  inner?: BuiltModel;
}

/**
 * @internal
 * Builds a model and the models inside it. The weights are to be filled.
 *
 * @throws Error if a layer can't be built; the message names it
 */
export function buildModel(config: ModelConfig, context: Context): BuiltModel {
  const built = config.kind === "functional" ? connect(config, context) : stack(config, context);
  if (!config.trainable) built.model.trainable = false;
  return built;
}

import type { Layer } from "../../graph/index.js";
import type { tf } from "../../tensorflow/index.js";
import { QuantizedLayer } from "../quantizedLayer.js";
import { TrainedBatchNorm } from "./trainedBatchNorm.js";

/**
 * @internal
 * The layer that computes in a layer of a prepared model: the layer inside a QuantizedLayer, else the layer
 * itself.
 */
export function innerOf(layer: Layer): Layer {
  return layer instanceof QuantizedLayer ? layer.inner : layer;
}

/**
 * @internal
 * The layers of a prepared model that train their batch normalization.
 *
 * @throws TypeError if no layer of the model trains batch normalization
 */
export function trainedBatchNorms(model: tf.LayersModel): TrainedBatchNorm[] {
  const layers = model.layers.map(innerOf).filter((layer) => layer instanceof TrainedBatchNorm);
  if (layers.length > 0) return layers;
  throw new TypeError(
    `invalid model: "${model.name}" has no batch normalization that is trained (expected one as in await q.prepare(model, scheme, { calibration, batchNorm: "train" }))`,
  );
}

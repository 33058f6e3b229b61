import type { Layer } from "../../models/topology.js";
import type { tf } from "../../tensorflow/index.js";
import { QuantizedLayer } from "../quantizedLayer.js";
import { FoldedBatchNorm } from "./foldedBatchNorm.js";

/** @internal What computes in a layer of a prepared model. */
export function innerOf(layer: Layer): Layer {
  return layer instanceof QuantizedLayer ? layer.inner : layer;
}

/**
 * @internal
 * The layers of a prepared model that train their batch normalization.
 *
 * @throws TypeError for a model that has none
 */
export function fusedLayers(model: tf.LayersModel): FoldedBatchNorm[] {
  const found = model.layers.map(innerOf).filter((layer) => layer instanceof FoldedBatchNorm);
  if (found.length > 0) return found;
  throw new TypeError(
    `invalid model: "${model.name}" has no batch normalization that is trained (expected one as in await q.prepare(model, scheme, { calibration, batchNorm: "train" }))`,
  );
}

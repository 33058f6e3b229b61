import { type Layer, limitOf } from "../layers/index.js";
import type { tf } from "../tensorflow/index.js";
import { type LayerNode, topology } from "./topology.js";

/**
 * @internal
 * @throws TypeError if a layer can't be trained, or doesn't compute as its options say; the message names the
 *   layer
 */
export function checkTrainable(model: tf.LayersModel): void {
  const trained = new Set(model.trainableWeights);
  const needing = new Map<LayerNode, boolean>();
  for (const node of topology(model, { shared: true })) {
    const { layer, inputs } = node;
    const needs =
      layer.weights.some((weight) => trained.has(weight)) ||
      inputs.some((input) => needing.get(input));
    needing.set(node, needs);
    checkComputed(layer, "train");
    const limit = needs ? limitOf(layer, "noGradient") : undefined;
    if (limit) throw refused(layer, "train", limit.why);
  }
}

/** @internal @throws TypeError if a layer doesn't compute as its options say; the message names the layer */
export function checkComputed(layer: Layer, purpose: "train" | "quantize"): void {
  const limit = limitOf(layer, "notComputed");
  if (limit) throw refused(layer, purpose, limit.why);
}

function refused(layer: Layer, purpose: string, why: string): TypeError {
  return new TypeError(`cannot ${purpose} layer "${layer.name}" (${layer.getClassName()}): ${why}`);
}

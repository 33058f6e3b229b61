import type { tf } from "../tensorflow/index.js";
import { layersIn } from "./options.js";
import type { Layer, LayerNode } from "./topology.js";
import { inOrder, originOf } from "./twin.js";

/**
 * @internal
 * Freezes the layers that take a layer's place as the layer is frozen: wholly, or by single weights.
 */
export function freeze(model: tf.LayersModel, node: LayerNode, layers: Layer[]): void {
  if (node.inputs.length === 0) return;
  if (node.uses.some(({ frozen }) => frozen)) {
    for (const layer of layers) layer.trainable = false;
    return;
  }
  // Freezing a whole model marks each of its weights.
  if (!model.trainable) return;
  for (const twin of twinsOf(node.layer, layers)) {
    const [from, to] = [inOrder(node.layer), inOrder(twin)];
    if (from.length !== to.length) continue;
    from.forEach((weight, i) => {
      to[i]!.trainable = weight.trainable;
    });
  }
}

/**
 * @internal
 * @throws Error if the rebuilt model trains a layer that the model doesn't train, or the other way round
 */
export function checkTraining(
  model: tf.LayersModel,
  { model: rebuilt, replaced }: { model: tf.LayersModel; replaced: ReadonlyMap<Layer, Layer[]> },
): void {
  const [before, after] = [model, rebuilt].map((trained) => new Set(trained.trainableWeights));
  for (const [layer, layers] of replaced) {
    const weights = twinsOf(layer, layers).flatMap((twin) => twin.weights);
    if (weights.length === 0) continue;
    const trained = layer.weights.some((weight) => before!.has(weight));
    if (trained === weights.some((weight) => after!.has(weight))) continue;
    throw new Error(
      `cannot rebuild layer "${layer.name}" (${layer.getClassName()}): it ${trained ? "is trained, and its copy isn't" : "isn't trained, and its copy is"} (set its trainable to ${trained})`,
    );
  }
}

/** The copies of a layer, among the layers that take its place and the layers inside those. */
function twinsOf(layer: Layer, layers: Layer[]): Layer[] {
  const all = [...layers, ...layers.flatMap(layersIn)];
  return all.filter((copy) => originOf(copy)?.layer === layer);
}

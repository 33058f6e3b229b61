import type { serialization } from "@tensorflow/tfjs";
import { tf } from "../tensorflow/index.js";
import { graphOf, type Layer, type LayerNode } from "./topology.js";

/** What stands in place of a layer: layers that follow each other, none to leave it out. */
export interface Replacement {
  layers: Layer[];
  /** Called when the layers have their weights: fills them. */
  fill?: () => void;
}

/**
 * @internal
 * Builds a model anew, layer by layer, those of models inside it too; the old one is left as it is.
 *
 * @param replace says for each layer what stands in its place; for an input, what follows it. Of one that is
 *   used in several places it is asked once
 * @returns a functional model with the same name
 */
export function rebuild(
  model: tf.LayersModel,
  replace: (node: LayerNode) => Replacement,
): tf.LayersModel {
  const made: Layer[] = [];
  try {
    return connect(model, (node) => {
      const replacement = replace(node);
      made.push(...replacement.layers);
      return replacement;
    });
  } catch (error) {
    // A model that isn't whole can't be disposed by anyone else.
    for (const weight of made.flatMap((layer) => layer.weights)) weight.dispose();
    throw error;
  }
}

function connect(model: tf.LayersModel, replace: (node: LayerNode) => Replacement): tf.LayersModel {
  const { nodes, outputs } = graphOf(model, { shared: true });
  const tensors = new Map<LayerNode, tf.SymbolicTensor>();
  const replaced = new Map<Layer, Replacement>();
  const sourceOf = (tensor: tf.SymbolicTensor) =>
    (tensor as unknown as { sourceLayer: Layer }).sourceLayer;
  const inputs = new Map(
    model.inputs.map((tensor) => [sourceOf(tensor), inputLike(sourceOf(tensor))]),
  );
  for (const node of nodes) {
    const { layer } = node;
    const sources = node.inputs.map((input) => tensors.get(input)!);
    if (sources.length === 0) sources.push(inputs.get(layer)!);
    // A layer that is used in several places is replaced once.
    const before = replaced.get(layer);
    const { layers, fill } = before ?? replace(node);
    let output: tf.SymbolicTensor | tf.SymbolicTensor[] =
      sources.length === 1 ? sources[0]! : sources;
    for (const next of layers) output = next.apply(output) as tf.SymbolicTensor;
    tensors.set(node, output as tf.SymbolicTensor);
    if (!before) fill?.();
    replaced.set(layer, { layers });
  }
  return tf.model({
    name: model.name,
    inputs: [...inputs.values()],
    outputs: outputs.map((node) => tensors.get(node)!),
  });
}

/** @internal The layer again, with weights of its own that are equal. */
export function copy(layer: Layer, change: Record<string, unknown> = {}): Replacement {
  const twin = twinOf(layer, change);
  return { layers: [twin], fill: () => twin.setWeights(layer.getWeights()) };
}

/** @internal A layer with the same configuration, or a changed one, that has no weights yet. */
export function twinOf(layer: Layer, change: Record<string, unknown> = {}): Layer {
  const type = layer.constructor as serialization.SerializableConstructor<Layer>;
  const config = { ...layer.getConfig(), ...change } as serialization.ConfigDict;
  return type.fromConfig!(type, config) as Layer;
}

function inputLike(layer: Layer): tf.SymbolicTensor {
  return tf.input({
    name: layer.name,
    batchShape: layer.batchInputShape,
    dtype: layer.dtype as "float32",
  });
}

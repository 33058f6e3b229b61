import { tf } from "../tensorflow/index.js";

/**
 * @internal
 * A model's outputs under given names. If the layer that gives an output has another name, because the layer
 * belongs to an inner model or has taken the last layer's place, an identity layer with the given name follows
 * it.
 */
export function named(tensors: tf.SymbolicTensor[], names: string[]): tf.SymbolicTensor[] {
  const renamed = new Map<tf.SymbolicTensor, tf.SymbolicTensor>();
  return tensors.map((tensor, i) => {
    const name = names[i]!;
    const { sourceLayer } = tensor as unknown as { sourceLayer: { name: string } };
    if (sourceLayer.name === name) return tensor;
    // Two outputs of one layer share the layer's name, which no two layers can.
    const differs = (other: string, j: number) => other !== name || tensors[j] === tensor;
    if (!names.every(differs)) return tensor;
    const layer = () => tf.layers.activation({ name, activation: "linear" });
    const output = renamed.get(tensor) ?? (layer().apply(tensor) as tf.SymbolicTensor);
    renamed.set(tensor, output);
    return output;
  });
}

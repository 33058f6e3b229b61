import { tf } from "../tensorflow/index.js";

/** A layer of tfjs's, as far as tf.layers exports its type. */
export type Layer = InstanceType<typeof tf.layers.Layer>;

/** A layer where it stands in a model. */
export interface LayerNode {
  readonly layer: Layer;
  /** What feeds it; empty for an input. */
  readonly inputs: LayerNode[];
  /** What it feeds. */
  readonly consumers: LayerNode[];
  /** Whether the model returns its output. */
  readonly isOutput: boolean;
}

/** The parts of tfjs's symbolic tensors that say where they come from. */
interface Origin {
  sourceLayer: Layer;
  nodeIndex: number;
}

/**
 * @internal
 * The layers of a sequential or functional model, each after those that feed it.
 *
 * @throws TypeError for a model inside the model, or a layer used twice
 */
export function topology(model: tf.LayersModel): LayerNode[] {
  const nodes = new Map<Layer, LayerNode & { nodeIndex: number }>();
  const outputs = new Set(model.outputs.map((tensor) => origin(tensor).sourceLayer));

  function visit(tensor: tf.SymbolicTensor): LayerNode {
    const { sourceLayer: layer, nodeIndex } = origin(tensor);
    const known = nodes.get(layer);
    if (known) {
      if (known.nodeIndex === nodeIndex) return known;
      throw new TypeError(
        `layer "${layer.name}" is used more than once (expected a layer for each use)`,
      );
    }
    if (layer instanceof tf.LayersModel) {
      throw new TypeError(
        `model "${layer.name}" is a layer of the model (expected its layers to be the model's own)`,
      );
    }
    const sources = layer.getClassName() === "InputLayer" ? [] : inputsOf(layer, nodeIndex);
    const inputs = sources.map(visit);
    const node = { layer, nodeIndex, inputs, consumers: [], isOutput: outputs.has(layer) };
    for (const input of inputs) input.consumers.push(node);
    nodes.set(layer, node);
    return node;
  }

  model.outputs.forEach(visit);
  return [...nodes.values()];
}

function origin(tensor: tf.SymbolicTensor): Origin {
  return tensor as unknown as Origin;
}

function inputsOf(layer: Layer, nodeIndex: number): tf.SymbolicTensor[] {
  return layer.inboundNodes[nodeIndex]!.inputTensors;
}

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
  /** All places where the layer stands, this one too. */
  readonly uses: LayerNode[];
}

/** The parts of tfjs's symbolic tensors that say where they come from. */
interface Origin {
  sourceLayer: Layer;
  nodeIndex: number;
  outputTensorIndex?: number;
}

/** A model, or one inside it where it is called: what its inputs are outside. */
interface Scope {
  name: string;
  outer?: Scope;
  inputs: Map<Layer, tf.SymbolicTensor>;
}

/**
 * @internal
 * The layers of a sequential or functional model, each after those that feed it; those of models inside it stand
 * in their place.
 *
 * @param options `shared`: whether a layer may be used in several places
 * @throws TypeError for a layer used twice, unless that is allowed
 */
export function topology(model: tf.LayersModel, options: { shared?: boolean } = {}): LayerNode[] {
  return graphOf(model, options).nodes;
}

/** @internal The same, and the nodes that give the model's outputs, in the model's order. */
export function graphOf(
  model: tf.LayersModel,
  { shared = false }: { shared?: boolean } = {},
): { nodes: LayerNode[]; outputs: LayerNode[] } {
  const nodes = new Map<string, LayerNode>();
  const uses = new Map<Layer, LayerNode[]>();

  function visit(tensor: tf.SymbolicTensor, scope: Scope): LayerNode {
    const { sourceLayer: layer, nodeIndex, outputTensorIndex = 0 } = origin(tensor);
    const outside = scope.inputs.get(layer);
    if (outside) return visit(outside, scope.outer!);
    const key = `${scope.name}/${layer.id}:${nodeIndex}`;
    if (layer instanceof tf.LayersModel) {
      const given = inputsOf(layer, nodeIndex);
      const inside = layer.inputs.map(
        (input, i) => [origin(input).sourceLayer, given[i]!] as const,
      );
      const inner = { name: key, outer: scope, inputs: new Map(inside) };
      return visit(layer.outputs[outputTensorIndex]!, inner);
    }
    const known = nodes.get(key);
    if (known) return known;
    const sources = layer.getClassName() === "InputLayer" ? [] : inputsOf(layer, nodeIndex);
    const inputs = sources.map((source) => visit(source, scope));
    const places = uses.get(layer) ?? [];
    if (places.length > 0 && !shared) {
      throw new TypeError(
        `layer "${layer.name}" is used more than once (expected a layer for each use)`,
      );
    }
    const node = { layer, inputs, consumers: [], isOutput: false, uses: places };
    for (const input of inputs) input.consumers.push(node);
    places.push(node);
    uses.set(layer, places);
    nodes.set(key, node);
    return node;
  }

  const whole: Scope = { name: "", inputs: new Map() };
  const outputs = model.outputs.map((output) => visit(output, whole));
  for (const node of outputs) Object.assign(node, { isOutput: true });
  return { nodes: [...nodes.values()], outputs };
}

/** @internal A model's layers, those of models inside it in their place. */
export function flatLayers(model: tf.LayersModel): Layer[] {
  return model.layers.flatMap((layer) =>
    layer instanceof tf.LayersModel ? flatLayers(layer) : [layer],
  );
}

function origin(tensor: tf.SymbolicTensor): Origin {
  return tensor as unknown as Origin;
}

function inputsOf(layer: Layer, nodeIndex: number): tf.SymbolicTensor[] {
  return layer.inboundNodes[nodeIndex]!.inputTensors;
}

import type { Layer } from "../layers/index.js";
import { tf } from "../tensorflow/index.js";
import { uniqueNames } from "./names.js";
import { type Place, placesIn } from "./places.js";

export type { Layer } from "../layers/index.js";

/** A layer at one of its places in a model. */
export interface LayerNode {
  readonly layer: Layer;
  /**
   * The layer's name in the whole model: its own name, or, if layers of inner models have equal names, a name
   * that begins with those of the inner models, as in `tower/hidden`.
   */
  readonly name: string;
  /** Whether the layer, or an inner model that it belongs to, is frozen. */
  readonly frozen: boolean;
  /** The nodes that feed the layer; none for an input. */
  readonly inputs: LayerNode[];
  /** For each node of `inputs`, the index of the output that the layer reads. */
  readonly ports: readonly number[];
  /** For each node of `inputs`, the name of the inner model whose output it is, if it is the output of one. */
  readonly leaves: readonly (string | undefined)[];
  /** The shape of the layer's output, the batch first. */
  readonly shape: tf.Shape;
  /** The nodes that the layer feeds. */
  readonly consumers: LayerNode[];
  /** Whether the model returns the layer's output. */
  readonly isOutput: boolean;
  /** All places of the layer, this place included. */
  readonly uses: LayerNode[];
}

/** One of the outputs of a layer at one of its places. */
export interface Port {
  node: LayerNode;
  port: number;
  /** The name of the inner model whose output it is, if it is the output of one. */
  leaves?: string | undefined;
}

/** The parts of tfjs's symbolic tensors that say where they come from. */
interface Origin {
  sourceLayer: Layer;
  nodeIndex: number;
  outputTensorIndex?: number;
}

/** A model, or one call of an inner model, with the tensors that are passed to its inputs. */
interface Scope {
  key: string;
  outer?: Scope;
  inputs: Map<Layer, tf.SymbolicTensor>;
}

/**
 * @internal
 * The layers of a sequential or functional model, each after the layers that feed it; the layers of an inner
 * model stand in that model's place.
 *
 * @param options `shared`: whether a layer may be used in several places
 * @throws TypeError if a layer is used more than once, unless `shared` is true
 */
export function topology(model: tf.LayersModel, options: { shared?: boolean } = {}): LayerNode[] {
  return graphOf(model, options).nodes;
}

/**
 * @internal
 * The nodes of {@link topology}, and the ports that give the model's outputs, in the model's order.
 */
export function graphOf(
  model: tf.LayersModel,
  { shared = false }: { shared?: boolean } = {},
): { nodes: LayerNode[]; outputs: Port[] } {
  const nodes = new Map<string, LayerNode>();
  const uses = new Map<Layer, LayerNode[]>();
  const places = placesIn(model);

  function visit(tensor: tf.SymbolicTensor, scope: Scope): Port {
    const { sourceLayer: layer, nodeIndex, outputTensorIndex: port = 0 } = origin(tensor);
    const outside = scope.inputs.get(layer);
    if (outside) return visit(outside, scope.outer!);
    const key = `${scope.key}/${layer.id}:${nodeIndex}`;
    if (layer instanceof tf.LayersModel) {
      const sources = inputsOf(layer, nodeIndex);
      const inside = layer.inputs.map(
        (input, i) => [origin(input).sourceLayer, sources[i]!] as const,
      );
      const inner = { key, outer: scope, inputs: new Map(inside) };
      return { ...visit(layer.outputs[port]!, inner), leaves: layer.name };
    }
    const visited = nodes.get(key);
    if (visited) return { node: visited, port };
    const feeds = inputsOf(layer, nodeIndex).map((source) => visit(source, scope));
    const others = uses.get(layer) ?? [];
    if (others.length > 0 && !shared) {
      throw new TypeError(
        `layer "${layer.name}" is used more than once (expected a layer for each use)`,
      );
    }
    const node: LayerNode = {
      layer,
      name: layer.name,
      frozen: !layer.trainable || (places.get(layer)?.frozen ?? false),
      inputs: feeds.map((feed) => feed.node),
      ports: feeds.map((feed) => feed.port),
      leaves: feeds.map((feed) => feed.leaves),
      shape: tensor.shape,
      consumers: [],
      isOutput: false,
      uses: others,
    };
    for (const input of node.inputs) input.consumers.push(node);
    others.push(node);
    uses.set(layer, others);
    nodes.set(key, node);
    return { node, port };
  }

  const outputs = model.outputs.map((output) => visit(output, { key: "", inputs: new Map() }));
  for (const { node } of outputs) Object.assign(node, { isOutput: true });
  // An output that an inner model gives has that model's name.
  const reserved = outputNames(model).filter((name, i) => outputs[i]!.node.layer.name !== name);
  const names = namesOf([...uses.keys()], places, { model, reserved });
  for (const node of nodes.values()) Object.assign(node, { name: names.get(node.layer)! });
  return { nodes: [...nodes.values()], outputs };
}

/** The layers' names in the whole model. */
function namesOf(
  layers: Layer[],
  places: ReadonlyMap<Layer, Place>,
  { model, reserved }: { model: tf.LayersModel; reserved: string[] },
): Map<Layer, string> {
  const inputs = model.inputs.map((input) => origin(input).sourceLayer);
  const path = (layer: Layer) => (inputs.includes(layer) ? [] : (places.get(layer)?.path ?? []));
  const paths = new Map(layers.map((layer) => [layer, [...path(layer), layer.name]]));
  return uniqueNames(paths, reserved);
}

/** @internal The names of a model's inputs; tfjs has none for a sequential model that wasn't called yet. */
export function inputNames(model: tf.LayersModel): string[] {
  return model.inputs.map((input) => origin(input).sourceLayer.name);
}

/** @internal The names of a model's outputs; tfjs has none for a sequential model that wasn't called yet. */
export function outputNames(model: tf.LayersModel): string[] {
  return model.outputs.map((output) => origin(output).sourceLayer.name);
}

/** @internal A model's layers; the layers of an inner model stand in that model's place. */
export function flatLayers(model: tf.LayersModel): Layer[] {
  return model.layers.flatMap((layer) =>
    layer instanceof tf.LayersModel ? flatLayers(layer) : [layer],
  );
}

function origin(tensor: tf.SymbolicTensor): Origin {
  return tensor as unknown as Origin;
}

/** An input layer is fed by no layer; tfjs lists its own output as its input. */
function inputsOf(layer: Layer, nodeIndex: number): tf.SymbolicTensor[] {
  const { inboundLayers, inputTensors } = layer.inboundNodes[nodeIndex]!;
  return inboundLayers.length === 0 ? [] : inputTensors;
}

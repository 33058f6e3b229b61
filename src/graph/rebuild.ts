import { tf } from "../tensorflow/index.js";
import { checkMasks } from "./masks.js";
import { freeName } from "./names.js";
import { checkOptions, layersIn } from "./options.js";
import { named } from "./outputs.js";
import { graphOf, type Layer, type LayerNode, outputNames, type Port } from "./topology.js";
import { checkTraining, freeze } from "./training.js";
import { copyWeights, thawed, twinOf } from "./twin.js";

/** The layers that take a layer's place, one after the other; an empty list leaves the layer out. */
export interface Replacement {
  layers: Layer[];
  /** Fills the weights of the layers; called once the layers are built. */
  fill?: () => void;
}

/** A rebuilt model, with the layers that it was built from. */
interface Rebuilt {
  model: tf.LayersModel;
  /** For each layer of the old model, the layers that took its place. */
  replaced: Map<Layer, Layer[]>;
}

/**
 * @internal
 * Builds a new model from a model and its inner models, layer by layer; the old model isn't changed. The inputs
 * and outputs of the new model keep their names. A layer or weight that is frozen in the old model, or that
 * belongs to a frozen inner model, is frozen in the new model too, and can be unfrozen.
 *
 * @param replace gives the layers that take a layer's place, or the layers that follow an input; called once
 *   for a layer that is used in several places
 * @returns a functional model with the same name
 * @throws TypeError if the copy of a layer has lost an option or a weight, or if a layer would read another
 *   mask; the message names the layer
 */
export function rebuild(
  model: tf.LayersModel,
  replace: (node: LayerNode) => Replacement,
): tf.LayersModel {
  const newLayers: Layer[] = [];
  try {
    const rebuilt = connect(model, (node) => {
      const replacement = replace(node);
      newLayers.push(...replacement.layers);
      return replacement;
    });
    // Setting `trainable` to true would unfreeze single weights.
    if (!model.trainable) rebuilt.model.trainable = false;
    checkTraining(model, rebuilt);
    ownLayers(rebuilt.model);
    return rebuilt.model;
  } catch (error) {
    // Nobody else can dispose the layers of a model that isn't whole.
    const weights = [...newLayers, ...newLayers.flatMap(layersIn)].flatMap(
      (layer) => layer.weights,
    );
    for (const weight of new Set(weights)) weight.dispose();
    throw error;
  }
}

/**
 * @internal
 * Makes a model the only owner of its layers. tfjs counts each use of a layer as another owner, and would never free
 * a layer that is used in several places. A model inside a model is disposed of twice.
 */
export function ownLayers({ layers }: tf.LayersModel): void {
  for (const layer of layers) {
    Object.assign(layer, { _refCount: layer instanceof tf.LayersModel ? 2 : 1 });
  }
}

function connect(model: tf.LayersModel, replace: (node: LayerNode) => Replacement): Rebuilt {
  const { nodes, outputs } = graphOf(model, { shared: true });
  checkMasks(nodes);
  const tensors = new Map<LayerNode, tf.SymbolicTensor[]>();
  const replaced = new Map<Layer, Layer[]>();
  const tensorAt = ({ node, port }: Port) => tensors.get(node)![port]!;
  const inputs = model.inputs.map((tensor) => inputLike(sourceOf(tensor)));
  const inputOf = new Map(model.inputs.map((tensor, i) => [sourceOf(tensor), inputs[i]!]));
  const taken = new Set([...nodes.map(({ name }) => name), ...outputNames(model)]);
  for (const node of nodes) {
    const { layer } = node;
    const sources = node.inputs.map((input, i) => tensorAt({ node: input, port: node.ports[i]! }));
    if (sources.length === 0) sources.push(inputOf.get(layer)!);
    withName(node, () => {
      // A layer that is used in several places is replaced once.
      const before = replaced.get(layer);
      const { layers, fill } = before ? { layers: before } : replace(node);
      if (!before) nameFreely(layers, node, taken);
      tensors.set(node, applied(layers, sources, layer));
      if (before) return;
      if (fill) thawed(layer, fill);
      freeze(model, node, layers);
      replaced.set(layer, layers);
    });
  }
  // An input that the model returns is returned as it is.
  const results = named(
    outputs.map((port) => inputOf.get(port.node.layer) ?? tensorAt(port)),
    outputNames(model),
  );
  return { model: tf.model({ name: model.name, inputs, outputs: results }), replaced };
}

/** Gives layers that are put beside a layer names that no layer has. */
function nameFreely(layers: Layer[], { name }: LayerNode, taken: Set<string>): void {
  for (const layer of layers) {
    if (layer.name === name) continue;
    layer.name = freeName(layer.name, taken);
    taken.add(layer.name);
  }
}

/** Applies layers one after the other, and returns the outputs of the last layer. */
function applied(layers: Layer[], sources: tf.SymbolicTensor[], from: Layer): tf.SymbolicTensor[] {
  // A layer that is put before another takes its first input: a recurrent layer's other inputs are states.
  const [first, ...others] = sources;
  let tensors = layers.length > 1 ? [first!] : sources;
  for (const [i, layer] of layers.entries()) {
    const built = layer.built;
    if (layers.length > 1 && i === layers.length - 1) tensors = [...tensors, ...others];
    try {
      const sources = tensors.length === 1 ? tensors[0]! : tensors;
      // Some initializers of tfjs leave tensors behind.
      tf.tidy(() => {
        tensors = [layer.apply(sources)].flat() as tf.SymbolicTensor[];
      });
      if (!built) checkOptions(layer);
    } catch (error) {
      throw nameFailure(layer, from, error);
    }
  }
  return tensors;
}

/** tfjs's errors don't say which layer they are about. */
function nameFailure(layer: Layer, from: Layer, cause: unknown): unknown {
  const why = cause instanceof Error ? cause.message : String(cause);
  if (why.includes(`"${from.name}"`)) return cause;
  // An option that got lost may be the reason.
  if (layer.built) checkOptions(layer);
  return new TypeError(
    `cannot rebuild layer "${from.name}" (${from.getClassName()}): ${why} (expected a layer whose getConfig() returns all of its options)`,
    { cause },
  );
}

/** Runs a function while a layer has the name that it gets in the whole model. */
function withName({ layer, name }: LayerNode, run: () => void): void {
  const before = layer.name;
  layer.name = name;
  try {
    run();
  } finally {
    layer.name = before;
  }
}

/** @internal A copy of the layer, with copies of its weights. */
export function copy(layer: Layer, change: Record<string, unknown> = {}): Replacement {
  const twin = twinOf(layer, change);
  return { layers: [twin], fill: () => copyWeights(layer, twin) };
}

function sourceOf(tensor: tf.SymbolicTensor): Layer {
  return (tensor as unknown as { sourceLayer: Layer }).sourceLayer;
}

function inputLike(layer: Layer): tf.SymbolicTensor {
  return tf.input({
    name: layer.name,
    batchShape: layer.batchInputShape,
    dtype: layer.dtype as "float32",
  });
}

import type { LayerQuantization } from "../display/index.js";
import {
  foldBatchNorm,
  foldedTopology,
  type Layer,
  type LayerNode,
  topology,
} from "../graph/index.js";
import {
  checkLayers,
  formatsIn,
  hasWeights,
  passesValues,
  QuantizedLayer,
} from "../quantized/index.js";
import {
  hasPatterns,
  type LayerFormats,
  scheme as makeScheme,
  type Scheme,
} from "../quantizers/index.js";
import type { tf } from "../tensorflow/index.js";

/** @internal A layer of a model, with the formats that it has or that a scheme gives to it. */
export interface Planned {
  node: LayerNode;
  /** The layer that computes: the layer inside a QuantizedLayer, or the layer itself. */
  layer: Layer;
  formats: LayerFormats;
  /** The width in which the layer's output is kept, in bits. */
  bits: number;
}

/**
 * @internal
 * Calls a function with the layers of a model and their formats: the formats of a scheme, or those of a
 * quantized model. Without either, all formats are float32. Batch normalization is folded, as it is before
 * quantization.
 *
 * @param use gets the layers; they are disposed afterwards
 */
export function withPlan<T>(
  model: tf.LayersModel,
  scheme: Scheme | undefined,
  use: (plan: Map<LayerNode, Planned>) => T,
): T {
  if (isQuantized(model)) {
    if (!scheme) return use(planOf(topology(model, { shared: true }), undefined));
    throw quantizedAlready(scheme);
  }
  if (scheme) checkLayers(scheme, foldedTopology(model));
  const folded = foldBatchNorm(model);
  try {
    return use(planOf(topology(folded, { shared: true }), scheme));
  } finally {
    folded.dispose();
  }
}

function quantizedAlready(scheme: Scheme): TypeError {
  return new TypeError(
    `invalid scheme: ${scheme} for a model that is quantized already (leave it out, or give the float model)`,
  );
}

/** @internal A scheme that gives a float model's layers the same formats, by the layers' names alone. */
export function byNames(model: tf.LayersModel, scheme: Scheme): Scheme {
  const { types, exclude, firstAndLast, weights, activations } = scheme;
  const plain = Object.keys(types).length === 0 && exclude.length === 0;
  if (isQuantized(model)) throw quantizedAlready(scheme);
  const nodes = foldedTopology(model);
  checkLayers(scheme, nodes);
  if (plain && firstAndLast === undefined && !hasPatterns(scheme)) return scheme;
  const layers = nodes.map((node) => [node.name, formatsIn(scheme, node)]);
  return makeScheme({ weights, activations, layers: Object.fromEntries(layers) });
}

/** @internal Whether a model has quantized layers. */
export function isQuantized(model: tf.LayersModel): boolean {
  return model.layers.some((layer) => layer instanceof QuantizedLayer);
}

/**
 * @internal
 * The layers whose weights can be quantized, with their names in the whole model; in the model with batch normalization
 * folded they have the same names.
 */
export function kernelLayers(model: tf.LayersModel): { layer: Layer; name: string }[] {
  const nodes = topology(model, { shared: true });
  return nodes.filter((node) => node.uses[0] === node && hasWeights(node.layer));
}

function planOf(nodes: LayerNode[], scheme: Scheme | undefined): Map<LayerNode, Planned> {
  const plan = new Map<LayerNode, Planned>();
  for (const node of nodes) {
    const { layer } = node;
    const isQuantizedLayer = layer instanceof QuantizedLayer;
    const formats = isQuantizedLayer
      ? { weights: layer.weightFormat, activations: layer.activationFormat }
      : scheme
        ? formatsIn(scheme, node)
        : {};
    const inner = isQuantizedLayer ? layer.inner : layer;
    const before = node.inputs.map((input) => plan.get(input)!.bits);
    const passed = passesValues(inner) && before.length > 0;
    const bits =
      formats.activations?.bits ?? reportedBits(layer) ?? (passed ? Math.max(...before) : 32);
    plan.set(node, { node, layer: inner, formats, bits });
  }
  return plan;
}

/** The width of a layer's output that the layer itself reports, as a layer does that quantizes at run time. */
function reportedBits(layer: Layer): number | undefined {
  const { quantization } = layer as Layer & { quantization?(): LayerQuantization };
  return quantization?.call(layer).activations?.bits;
}

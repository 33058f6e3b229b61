import { foldBatchNorm } from "../models/foldBatchNorm.js";
import { flatLayers, type Layer, type LayerNode, topology } from "../models/topology.js";
import { checkLayers, formatsIn } from "../qat/formats.js";
import { QuantizedLayer } from "../qat/quantizedLayer.js";
import { kernelName, passesValues } from "../qat/roles.js";
import { type LayerFormats, scheme as makeScheme, type Scheme } from "../quantizers/index.js";
import type { tf } from "../tensorflow/index.js";

/** @internal A layer of a model with the formats that it has, or would have. */
export interface Planned {
  node: LayerNode;
  /** The layer that computes: inside a quantized one, or the layer itself. */
  layer: Layer;
  formats: LayerFormats;
  /** The width in which the layer's output is kept, in bits. */
  bits: number;
}

/**
 * @internal
 * The layers of a model with their formats: those of a scheme, or those that a quantized model has.
 * Without either all are float32. Batch normalization is folded, as it is before quantization.
 *
 * @param use gets the layers; they are disposed afterwards
 */
export function withPlan<T>(
  model: tf.LayersModel,
  scheme: Scheme | undefined,
  use: (plan: Map<LayerNode, Planned>) => T,
): T {
  if (isQuantized(model)) {
    if (!scheme) return use(planOf(topology(model), undefined));
    throw new TypeError(
      `invalid scheme: ${scheme} for a model that is quantized already (leave it out, or give the float model)`,
    );
  }
  const folded = foldBatchNorm(model);
  try {
    const nodes = topology(folded);
    if (scheme) checkLayers(scheme, nodes);
    return use(planOf(nodes, scheme));
  } finally {
    folded.dispose();
  }
}

/** @internal A scheme that says the same of a float model's layers by their names alone. */
export function byNames(model: tf.LayersModel, scheme: Scheme): Scheme {
  const { types, exclude, firstAndLast, weights, activations } = scheme;
  const plain = Object.keys(types).length === 0 && exclude.length === 0;
  if (plain && firstAndLast === undefined) return scheme;
  return withPlan(model, scheme, (plan) => {
    const layers = [...plan.values()].map(({ node, formats }) => [node.layer.name, formats]);
    return makeScheme({ weights, activations, layers: Object.fromEntries(layers) });
  });
}

/** @internal Whether a model has quantized layers. */
export function isQuantized(model: tf.LayersModel): boolean {
  return model.layers.some((layer) => layer instanceof QuantizedLayer);
}

/** @internal The layers whose kernels can be quantized, as they are in the model with its batch norm folded. */
export function kernelLayers(model: tf.LayersModel): Layer[] {
  return flatLayers(model).filter((layer) => kernelName(layer.getClassName()) !== undefined);
}

function planOf(nodes: LayerNode[], scheme: Scheme | undefined): Map<LayerNode, Planned> {
  const plan = new Map<LayerNode, Planned>();
  for (const node of nodes) {
    const { layer } = node;
    const wrapped = layer instanceof QuantizedLayer;
    const formats = wrapped
      ? { weights: layer.weightFormat, activations: layer.activationFormat }
      : scheme
        ? formatsIn(scheme, node)
        : {};
    const inner = wrapped ? layer.inner : layer;
    const before = node.inputs.map((input) => plan.get(input)!.bits);
    const passed = passesValues(inner) && before.length > 0;
    const bits = formats.activations?.bits ?? (passed ? Math.max(...before) : 32);
    plan.set(node, { node, layer: inner, formats, bits });
  }
  return plan;
}

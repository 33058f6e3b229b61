import type { Layer } from "../../graph/index.js";
import { copy, type Replacement, rebuild } from "../../graph/index.js";
import { exchanged, type LinearMap, type RuledWeight, ruledWeights } from "../../layers/index.js";
import { QuantizedLayer } from "../../quantized/index.js";
import type { tf } from "../../tensorflow/index.js";

/** @internal A copy of the model with copied weights; `replace` may put other layers in a layer's place. */
export function duplicate(
  model: tf.LayersModel,
  replace: (layer: Layer) => Replacement | undefined = () => undefined,
): tf.LayersModel {
  return rebuild(model, ({ layer, inputs }) =>
    inputs.length === 0 ? { layers: [] } : (replace(layer) ?? copy(layer)),
  );
}

/** A weight with a linear map, so that its codes can be chosen by the layer's outputs on examples. */
export type MappedWeight = RuledWeight & { linear: LinearMap };

/** A quantized weight, and its layer. */
export interface QuantizedWeight {
  layer: QuantizedLayer;
  weight: MappedWeight;
}

/** @internal The weights of a layer that have a linear map. */
export function mappedWeights(layer: Layer): MappedWeight[] {
  return ruledWeights(layer).filter(
    (weight): weight is MappedWeight => weight.linear !== undefined,
  );
}

/** @internal The layers whose weights are quantized. */
export function quantizedLayers(model: tf.LayersModel): QuantizedLayer[] {
  return model.layers.filter(
    (layer): layer is QuantizedLayer => layer instanceof QuantizedLayer && !!layer.weightFormat,
  );
}

/**
 * @internal
 * The quantized weights that have a linear map, layer by layer, each layer after the layers that feed it.
 */
export function quantizedWeights(model: tf.LayersModel): QuantizedWeight[] {
  return quantizedLayers(model).flatMap((layer) =>
    mappedWeights(layer.inner).map((weight) => ({ layer, weight })),
  );
}

/** @internal The values that a weight multiplies, computed from the input of its layer, quantized or not. */
export function seenBy(layer: Layer, weight: RuledWeight, x: tf.Tensor): tf.Tensor {
  const { seen } = weight;
  if (!seen) return x;
  if (!(layer instanceof QuantizedLayer)) return seen(layer, x);
  const { inner } = layer;
  const weights = new Map(
    [...layer.weightQuantizers.keys()].map((path) => [path, layer.quantizedKernel(path)]),
  );
  return exchanged(inner, { weights, values: new Map() }, () => seen(inner, x));
}

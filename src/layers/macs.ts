import type { Layer } from "./layer.js";
import { positionsIn } from "./positions.js";
import { ruleOf } from "./registry.js";
import type { LayerShapes } from "./rule.js";
import { sizeOfWeights } from "./weights.js";

/** @internal Each number of each weight is used once for each position of the output. */
export function everyPosition(layer: Layer, { output }: LayerShapes): number {
  const size = sizeOfWeights(layer);
  return size === 0 ? 0 : size * positionsIn(layer, output);
}

/**
 * @internal
 * Multiply-accumulate operations of a layer on one example, at one of the layer's places. Biases,
 * normalization, pooling and nonlinearities don't multiply matrices: they count 0.
 *
 * @throws RangeError if a size isn't known
 */
export function macsOf(layer: Layer, shapes: LayerShapes): number {
  return (ruleOf(layer).macs ?? everyPosition)(layer, shapes);
}

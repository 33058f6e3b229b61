import { type Layer, ruledWeights, weightAt } from "../../layers/index.js";

/** @internal The sizes of the weights of a layer that can be quantized. */
export function weightSizes(layer: Layer): number[] {
  return ruledWeights(layer).map(({ path }) => sizeOf(weightAt(layer, path).shape));
}

/** @internal The number of values in a tensor of a shape. */
export function sizeOf(shape: readonly (number | null)[]): number {
  return (shape as number[]).reduce((size, length) => size * length, 1);
}

/**
 * @internal
 * The bytes in which a layer's parameters are stored: each quantized weight in whole bytes, all others in float32.
 *
 * @param sizes the sizes of the quantized weights
 * @param parameters the number of all parameters
 * @param bits the bits of a quantized value
 */
export function storedBytes(sizes: readonly number[], parameters: number, bits: number): number {
  const quantized = sizes.reduce((sum, size) => sum + size, 0);
  const codes = sizes.reduce((sum, size) => sum + Math.ceil((size * bits) / 8), 0);
  return codes + 4 * (parameters - quantized);
}

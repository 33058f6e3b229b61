import type { tf } from "../tensorflow/index.js";
import type { Layer } from "./layer.js";

/**
 * @internal
 * The product of a shape's sizes.
 *
 * @throws RangeError if a size isn't known, naming the layer
 */
export function product(layer: Layer, shape: readonly (number | null)[]): number {
  return shape.reduce<number>((total, size) => {
    if (typeof size === "number") return total * size;
    throw new RangeError(
      `cannot count layer "${layer.name}": its shape [${shape.map((size) => size ?? "?")}] isn't known (give the model a fixed inputShape)`,
    );
  }, 1);
}

/** @internal Whether a layer is recurrent: of several inputs, the first is the sequence, and the others are states. */
export function isRecurrent(layer: Layer): boolean {
  return "returnSequences" in layer;
}

/** @internal Whether a layer has its channels before its positions. */
export function isChannelsFirst(layer: Layer): boolean {
  return layer.getConfig().dataFormat === "channelsFirst";
}

/** @internal How many positions a layer's input or output has, the batch and the channels apart. */
export function positionsIn(layer: Layer, shape: tf.Shape): number {
  return product(layer, isChannelsFirst(layer) ? shape.slice(2) : shape.slice(1, -1));
}

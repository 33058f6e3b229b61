import { weightAt } from "../../layers/index.js";
import type { tf } from "../../tensorflow/index.js";
import type { QuantizedLayer } from "../quantizedLayer.js";
import { roundedBias } from "./biasGrid.js";
import { type BiasPlace, biasPlace } from "./biasPlace.js";

/**
 * @internal
 * The bias on the grid of a layer's products, by the property that keeps it. There is none where the grid isn't known, or
 * while input or kernel pass as they are.
 */
export function biasOnGrid(layer: QuantizedLayer): [path: string, bias: tf.Tensor][] {
  const place = biasPlace(layer);
  if (typeof place !== "object" || !isRounding(place)) return [];
  const { path, input, kernel } = place;
  const scales = () => ({ inputScale: input.grid().scale, weightScale: kernel.grid().scale });
  return [[path, roundedBias(weightAt(layer.inner, path).read(), scales)]];
}

function isRounding({ input, kernel }: BiasPlace): boolean {
  return input.rounds && kernel.rounds;
}

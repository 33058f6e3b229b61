import type { Place } from "../context.js";
import type { LayerConverter } from "./converter.js";

/**
 * A layer whose channels come first, as one whose channels come last, between transpositions; neighbours' cancel.
 * Transposing changes no code.
 */
export function channelsFirst(place: Place, convert: LayerConverter): number {
  return withAxisLast(place, 1, (view) =>
    convert(view.seen({ config: { dataFormat: "channelsLast" } })),
  );
}

/** A layer that treats an axis as one that treats the last axis, between transpositions. */
export function withAxisLast(place: Place, axis: number, convert: LayerConverter): number {
  const inputs = place.inputs.map((input) => {
    const { shape } = place.builder.at(input);
    return place.transpose(input, lastOrder(shape.length, axis));
  });
  const { shape } = place;
  // A vector has no other axis.
  if (shape.length <= 2) return convert(place.seen({ inputs }));
  const order = lastOrder(shape.length, axis);
  const moved = order.map((from) => shape[from]!);
  const output = convert(place.seen({ inputs, shape: moved, suffix: "_last" }));
  const back = order.map((_, i) => order.indexOf(i));
  return place.transpose(output, back);
}

/** The order of axes in which one is the last. */
function lastOrder(rank: number, axis: number): number[] {
  const axes = Array.from({ length: rank }, (_, i) => i);
  return [...axes.filter((i) => i !== axis), axis];
}

import type { Layer } from "../../../graph/index.js";
import type { Place } from "../place.js";

type Writer = (place: Place) => number;

/** A layer whose channels come first, as one whose channels come last, between transpositions; neighbours' cancel. */
export function channelsFirst(place: Place, write: Writer): number {
  return withAxisLast(place, 1, (view) =>
    write(view.seen({ config: { dataFormat: "channelsLast" } })),
  );
}

/** A layer that treats an axis as one that treats the last axis, between transpositions. */
export function withAxisLast(place: Place, axis: number, write: Writer): number {
  const inputs = place.inputs.map((input) => {
    const { length } = place.builder.tensors[input]!.shape;
    return place.transpose(input, lastOrder(length, axis));
  });
  const { shape } = place;
  // A vector has no other axis.
  if (shape.length <= 2) return write(place.seen({ inputs }));
  const order = lastOrder(shape.length, axis);
  const output = write(place.seen({ inputs, shape: order.map((from) => shape[from]!) }));
  return place.transpose(
    output,
    order.map((_, i) => order.indexOf(i)),
  );
}

function lastOrder(rank: number, axis: number): number[] {
  const axes = Array.from({ length: rank }, (_, i) => i);
  return [...axes.filter((i) => i !== axis), axis];
}

/**
 * TimeDistributed: a layer on each step of a sequence, which is a slice where the layer doesn't take all steps at once.
 *
 * @param takesSteps whether a layer treats the steps of a sequence alike by itself
 */
export function timeDistributed(
  place: Place,
  write: Writer,
  takesSteps: (layer: Layer) => boolean,
): number {
  const { layer } = place.layer as unknown as { layer: Layer };
  const { dataFormat } = layer.getConfig();
  if (takesSteps(layer) && dataFormat !== "channelsFirst") return write(place.seen({ layer }));
  const { builder, name, shape } = place;
  const [, time, ...step] = place.inputShape() as [number, number, ...number[]];
  const parts = shape.slice(2);
  const outputs = Array.from({ length: time }, (_, t) => {
    const begin = [0, t, ...step.map(() => 0)];
    const slice = { type: "slice", layer: name, inputs: place.inputs, begin } as const;
    const input = place.reshape(builder.op(slice, [1, 1, ...step]), [1, ...step]);
    const output = write(place.seen({ layer, inputs: [input], shape: [1, ...parts] }));
    return place.reshape(output, [1, 1, ...parts]);
  });
  return builder.op({ type: "concatenate", layer: name, inputs: outputs, axis: 1 }, shape);
}

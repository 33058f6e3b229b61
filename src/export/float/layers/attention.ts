import type { Layer } from "../../../graph/index.js";
import type { Place } from "../place.js";

/** The products of queries and keys, head by head, times 1/√d. */
export function attentionScores(place: Place): number {
  const { heads } = place.config as { heads: number };
  const [queries, keys] = place.inputs as [number, number];
  return scores(place, [queries, keys], heads);
}

/** The means of the values, weighted by the attention, head by head, and the heads beside each other. */
export function attentionOutput(place: Place): number {
  const [attention, values] = place.inputs as [number, number];
  return mixed(place, attention, values);
}

/** A constant vector for each step is added. */
export function positionEmbedding(place: Place): number {
  const positions = place.weight(0, { shape: place.shape });
  return added(place, place.inputs[0]!, positions);
}

interface Parts {
  query: Layer;
  key: Layer;
  value: Layer;
  projection: Layer;
}

/** Multi-head attention as one layer: four projections, scores, a softmax, and the mean of the values. */
export function multiHeadAttention(place: Place): number {
  const { query, key, value, projection } = place.layer as unknown as Parts;
  const { numHeads, useCausalMask } = place.config as { numHeads: number; useCausalMask: boolean };
  const [x, values = x, keys = values] = place.inputs as [number, number?, number?];
  const projected = [
    project(place, query, x),
    project(place, key, keys!),
    project(place, value, values!),
  ] as const;
  const fit = scores(place, [projected[0], projected[1]], numHeads);
  const { shape } = place.builder.tensors[fit]!;
  const seen = useCausalMask ? added(place, fit, causalMask(place, shape)) : fit;
  const op = { type: "softmax", layer: place.name, inputs: [seen] } as const;
  const attention = place.builder.op(op, shape);
  return project(place, projection, mixed(place, attention, projected[2]));
}

/** A dense layer inside of the place's layer. */
function project(place: Place, { name, weights }: Layer, input: number): number {
  const { builder, layer } = place;
  const [kernel, bias] = weights.map((weight) => layer.weights.indexOf(weight)) as [
    number,
    number?,
  ];
  const shape = [...builder.tensors[input]!.shape.slice(0, -1), place.weightShape(kernel)[1]!];
  const inputs = [
    input,
    place.weight(kernel, { order: [1, 0], name: `${name}_kernel` }),
    bias === undefined ? -1 : place.weight(bias, { name: `${name}_bias` }),
  ];
  return builder.op(
    { type: "fullyConnected", layer: place.name, inputs, activation: "none" },
    shape,
  );
}

function scores(place: Place, projected: readonly [number, number], heads: number): number {
  const [queries, keys] = projected.map((input) => splitHeads(place, input, heads)) as [
    number,
    number,
  ];
  const { builder, name: layer } = place;
  const [, , steps, width] = builder.tensors[queries]!.shape as [number, number, number, number];
  const [, , others] = builder.tensors[keys]!.shape as [number, number, number];
  const shape = [1, heads, steps, others];
  const product = builder.op(
    { type: "batchMatMul", layer, inputs: [queries, keys], transposeB: true },
    shape,
  );
  const factor = builder.tensor(`${layer}/factor`, [1, 1, 1, 1], Float32Array.of(width ** -0.5));
  const op = { type: "multiply", layer, inputs: [product, factor], activation: "none" } as const;
  return builder.op(op, shape);
}

function mixed(place: Place, attention: number, input: number): number {
  const { builder, name: layer } = place;
  const [, heads, steps] = builder.tensors[attention]!.shape as [number, number, number, number];
  const values = splitHeads(place, input, heads);
  const width = builder.tensors[values]!.shape[3]!;
  const means = builder.op(
    { type: "batchMatMul", layer, inputs: [attention, values], transposeB: false },
    [1, heads, steps, width],
  );
  const op = { type: "transpose", layer, inputs: [means], order: [0, 2, 1, 3] } as const;
  return place.reshape(builder.op(op, [1, steps, heads, width]), [1, steps, heads * width]);
}

/** `[1, steps, features]` as `[1, heads, steps, features / heads]`. */
function splitHeads(place: Place, input: number, heads: number): number {
  const { builder, name: layer } = place;
  const [, steps, features] = builder.tensors[input]!.shape as [number, number, number];
  const width = features / heads;
  const split = place.reshape(input, [1, steps, heads, width]);
  const op = { type: "transpose", layer, inputs: [split], order: [0, 2, 1, 3] } as const;
  return builder.op(op, [1, heads, steps, width]);
}

/** −10⁹ where a step would see a later one. */
function causalMask(place: Place, shape: readonly number[]): number {
  const [, , steps, others] = shape as [number, number, number, number];
  const values = Float32Array.from({ length: steps * others }, (_, i) =>
    i % others > Math.floor(i / others) ? -1e9 : 0,
  );
  return place.builder.tensor(`${place.name}/mask`, [1, 1, steps, others], values);
}

function added(place: Place, input: number, constant: number): number {
  const { builder, name: layer } = place;
  return builder.op(
    { type: "add", layer, inputs: [input, constant], activation: "none" },
    builder.tensors[input]!.shape,
  );
}

import { weightAt } from "../../../layers/index.js";
import type { Place } from "../context.js";
import type { TensorGrid } from "../grid.js";

/** The products of queries and keys. */
export function attentionScores(place: Place): number {
  const { heads } = place.config as { heads: number };
  const [queries, keys] = place.inputs as [number, number];
  return scores(place, [queries, keys], { heads, grid: place.targetGrid().grid });
}

/** The means of the values, weighted by the attention. */
export function attentionOutput(place: Place): number {
  const [attention, values] = place.inputs as [number, number];
  return means(place, [attention, values], place.targetGrid().grid);
}

/**
 * The products of queries and keys, head by head, times 1/√d: the queries' codes are read on a scale that has this
 * factor.
 */
export function scores(
  place: Place,
  projected: readonly [queries: number, keys: number],
  { heads, grid }: { heads: number; grid: TensorGrid },
): number {
  const { builder, name, label } = place;
  const [queries, keys] = projected.map((input) => splitHeads(place, input, heads)) as [
    number,
    number,
  ];
  const { codes: _, ...q } = builder.at(queries);
  const [, , steps, width] = q.shape as [number, number, number, number];
  const others = builder.at(keys).shape[2]!;
  const scaled = builder.op(
    { type: "reinterpret", layer: name, inputs: [queries] },
    { ...q, name: `${label}_queries`, scale: q.scale.map((scale) => scale * width ** -0.5) },
  );
  return builder.op(
    { type: "batchMatMul", layer: name, inputs: [scaled, keys], transposeB: true },
    place.value(grid, [1, heads, steps, others]),
  );
}

/** The means of the values, weighted by the attention, head by head, and the heads beside each other. */
export function means(
  place: Place,
  [attention, input]: readonly [attention: number, values: number],
  grid: TensorGrid,
): number {
  const { builder, name } = place;
  const [, heads, steps] = builder.at(attention).shape as [number, number, number, number];
  const values = splitHeads(place, input, heads);
  const width = builder.at(values).shape.at(-1)!;
  const mixed = builder.op(
    { type: "batchMatMul", layer: name, inputs: [attention, values], transposeB: false },
    place.value(grid, [1, heads, steps, width], "_heads"),
  );
  const beside = builder.op(
    { type: "transpose", layer: name, inputs: [mixed], order: [0, 2, 1, 3] },
    place.value(grid, [1, steps, heads, width], "_steps"),
  );
  return place.reshape(beside, [1, steps, heads * width]);
}

/** `[1, steps, features]` as `[1, heads, steps, features / heads]`. */
function splitHeads(place: Place, input: number, heads: number): number {
  const { codes: _, ...x } = place.builder.at(input);
  const [, steps, features] = x.shape as [number, number, number];
  const width = features / heads;
  const split = place.reshape(input, [1, steps, heads, width]);
  return place.builder.op(
    { type: "transpose", layer: place.name, inputs: [split], order: [0, 2, 1, 3] },
    { ...x, name: `${x.name}_heads`, shape: [1, heads, steps, width] },
  );
}

/** A constant vector for each step is added; its codes have 8 bits and one scale. */
export function positionEmbedding(place: Place): number {
  const values = weightAt(place.inner, "embedding").read().dataSync() as Float32Array;
  const largest = values.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  const scale = Math.fround(largest / 127) || 2 ** -10;
  const positions = place.builder.tensor({
    name: `${place.name}_positions`,
    shape: place.shape,
    type: "int8",
    ...{ smallest: -128, largest: 127, scale: Float32Array.of(scale), zeroPoint: Int32Array.of(0) },
    codes: Int8Array.from(values, (value) => Math.round(value / scale)),
  });
  const { grid, activation } = place.targetGrid();
  return place.builder.op(
    { type: "add", layer: place.name, inputs: [place.inputs[0]!, positions], activation },
    place.value(grid),
  );
}

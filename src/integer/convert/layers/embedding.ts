import type { Place } from "../context.js";
import { weightCodes } from "../weights.js";

/** Rows of a table, by indices. */
export function embedding(place: Place): number {
  const { maskZero } = place.config as { maskZero?: boolean };
  if (maskZero) {
    throw place.refusal(
      "it masks the index 0 (expected maskZero: false; integer models have no masks)",
    );
  }
  const { codes, shape, scale, smallest, largest } = weightCodes(place.quantized, place.name);
  if (scale.length > 1) {
    throw place.refusal(
      "each row has a scale, and a row that is looked up can bring only one for all (expected one scale per tensor, as in types: { Embedding: { weights: q.int(8) } })",
    );
  }
  const grid = { type: "int8" as const, smallest, largest, scale, zeroPoint: Int32Array.of(0) };
  const table = place.builder.tensor({ name: `${place.name}_table`, shape, ...grid, codes });
  const output = place.builder.op(
    { type: "gather", layer: place.name, inputs: [place.inputs[0]!, table] },
    place.value(grid, place.shape, "_rows"),
  );
  const { grid: own } = place.target();
  return own ? place.on(own, output) : output;
}

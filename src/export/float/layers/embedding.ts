import type { Place } from "../place.js";

/** Rows of a table, by indices. */
export function embedding(place: Place): number {
  if (place.config.maskZero === true) {
    throw place.refusal("it masks the index 0 (expected maskZero: false; files have no masks)");
  }
  const inputs = [place.inputs[0]!, place.weight(0)];
  return place.builder.op({ type: "gather", layer: place.name, inputs }, place.shape);
}

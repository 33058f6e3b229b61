import type { Place } from "../context.js";

/** Adds a layer's ops, and returns the tensor that they write. */
export type LayerConverter = (place: Place) => number;

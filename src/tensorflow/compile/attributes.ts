import type { OpAttribute } from "../loading/nodeBackend.js";

/** @internal tfjs casts what it averages, and names the type from before: an eager op passes over that, and a graph doesn't. */
export function asComputed(attributes: OpAttribute[], dtype: number): OpAttribute[] {
  return attributes.map((attribute) =>
    attribute.name === "T" ? { ...attribute, value: dtype } : attribute,
  );
}

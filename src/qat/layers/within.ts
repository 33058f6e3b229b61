import type { LayerRule } from "./rule.js";

/** @internal The rule of a layer that has the given one's in a property. */
export function within(part: string, { weights = {}, values = {}, ...rule }: LayerRule): LayerRule {
  const path = (inner: string) => (inner === "" ? part : `${part}.${inner}`);
  return {
    ...rule,
    weights: Object.fromEntries(Object.entries(weights).map(([name, axes]) => [path(name), axes])),
    values: Object.fromEntries(
      Object.entries(values).map(([name, parts]) => [name, parts.map(path)]),
    ),
  };
}

import type { LayerRule, WeightRule } from "./rule.js";
import { fullRule } from "./weights.js";

/** @internal The properties of a rule that describe values, weights and parts inside a layer. */
export type PartRule = Pick<LayerRule, "role" | "weights" | "values" | "indices">;

/**
 * @internal
 * The rule of a layer that has a part with a rule in a property.
 *
 * @param wrap a function that changes each weight's rule. Default: the linear map is left out
 */
export function within(
  part: string,
  { role, weights = {}, values = {}, indices }: PartRule,
  wrap: (weight: WeightRule) => WeightRule = ({ linear: _, seen: __, ...weight }) => weight,
): PartRule {
  const path = (inner: string) => (inner === "" ? part : `${part}.${inner}`);
  return {
    role,
    weights: Object.fromEntries(
      Object.entries(weights).map(([name, weight]) => [path(name), wrap(fullRule(weight))]),
    ),
    values: Object.fromEntries(
      Object.entries(values).map(([name, parts]) => [name, parts.map(path)]),
    ),
    ...(indices && { indices }),
  };
}

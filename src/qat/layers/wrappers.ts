import type { Layer } from "../../models/topology.js";
import { ruleOf } from "./registry.js";
import type { LayerRule, RuleTable } from "./rule.js";
import { within } from "./within.js";

/** @internal Layers around another. */
export const wrappers: RuleTable = {
  TimeDistributed: (layer) => {
    const { layer: inner } = layer as unknown as { layer: Layer };
    return within("layer", ruleOf(inner));
  },

  // Both directions share a range, since their outputs stand side by side.
  Bidirectional: (layer) => {
    const { forwardLayer, mergeMode } = layer as unknown as {
      forwardLayer: Layer;
      mergeMode: string;
    };
    const rule = ruleOf(forwardLayer);
    const [ahead, back] = ["forwardLayer", "backwardLayer"].map((part) => within(part, rule));
    return {
      role: mergeMode === "concat" ? "passes" : "computes",
      weights: { ...ahead!.weights, ...back!.weights },
      values: both(ahead!.values, back!.values),
    };
  },
};

function both(a: LayerRule["values"] = {}, b: LayerRule["values"] = {}): LayerRule["values"] {
  return Object.fromEntries(
    Object.entries(a).map(([name, parts]) => [name, [...parts, ...(b[name] ?? [])]]),
  );
}

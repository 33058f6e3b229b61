import type { RuleTable } from "./rule.js";

/** @internal Normalizations that stay: they compute in float32. Batch normalization is folded where it can be. */
export const normalization: RuleTable = {
  BatchNormalization: { role: "computes" },
  LayerNormalization: { role: "computes" },
  LayerNorm: { role: "computes" },
};

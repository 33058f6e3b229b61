import type { LayerRule, RuleTable } from "./rule.js";

const passes: LayerRule = { role: "passes" };

/** @internal What does something in training only: what comes after it is quantized. */
export const noise: RuleTable = {
  Dropout: passes,
  SpatialDropout1D: passes,
  AlphaDropout: passes,
  GaussianDropout: passes,
  GaussianNoise: passes,
};

import { passes, type RuleTable } from "./rule.js";

/** @internal What does something in training only: what comes after it is quantized. */
export const noise: RuleTable = {
  Dropout: passes,
  SpatialDropout1D: passes,
  AlphaDropout: passes,
  GaussianDropout: passes,
  GaussianNoise: passes,
};

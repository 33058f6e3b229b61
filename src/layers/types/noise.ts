import { type LayerRule, passes, type RuleTable } from "../rule.js";

const noisy: LayerRule = { ...passes, passesFactor: true };

/** @internal Layers that act in training only; in inference they pass values on, which keep their format. */
export const noise: RuleTable = {
  Dropout: { ...noisy, passesMatrix: () => 1, inPlace: true, twiceDifferentiable: true },
  SpatialDropout1D: noisy,
  SpatialDropout2D: noisy,
  AlphaDropout: noisy,
  GaussianDropout: noisy,
  GaussianNoise: noisy,
};

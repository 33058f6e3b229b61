import type { LayerRule, RuleTable } from "../rule.js";

const mean: LayerRule = { role: "computes", passesFactor: true, resamples: true };
const maximum: LayerRule = { role: "passes", passesFactor: true };

/** @internal Means are new values. Maxima are values of the input. */
export const pooling: RuleTable = {
  AveragePooling1D: mean,
  AveragePooling2D: { ...mean, twiceDifferentiable: true },
  AveragePooling3D: mean,
  GlobalAveragePooling1D: mean,
  GlobalAveragePooling2D: { ...mean, twiceDifferentiable: true },
  MaxPooling1D: maximum,
  MaxPooling2D: { ...maximum, twiceDifferentiable: true },
  MaxPooling3D: maximum,
  GlobalMaxPooling1D: maximum,
  GlobalMaxPooling2D: { ...maximum, twiceDifferentiable: true },
};

import type { RuleTable } from "./rule.js";

/** @internal Means are new values, maxima aren't. */
export const pooling: RuleTable = {
  AveragePooling1D: { role: "computes" },
  AveragePooling2D: { role: "computes" },
  AveragePooling3D: { role: "computes" },
  GlobalAveragePooling1D: { role: "computes" },
  GlobalAveragePooling2D: { role: "computes" },
  MaxPooling1D: { role: "passes" },
  MaxPooling2D: { role: "passes" },
  MaxPooling3D: { role: "passes" },
  GlobalMaxPooling1D: { role: "passes" },
  GlobalMaxPooling2D: { role: "passes" },
};

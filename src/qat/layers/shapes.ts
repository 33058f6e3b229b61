import { passes, type RuleTable } from "./rule.js";

/** @internal Layers that put values in another place, or drop some; and those that resample or rescale images. */
export const shapes: RuleTable = {
  InputLayer: passes,
  Flatten: passes,
  Reshape: passes,
  Permute: passes,
  RepeatVector: passes,
  ZeroPadding2D: passes,
  Cropping2D: passes,
  // A step whose features are all the mask's value is skipped; rounding may make more of them.
  Masking: passes,
  UpSampling2D: (layer) => ({
    role: layer.getConfig().interpolation === "bilinear" ? "computes" : "passes",
  }),
  Rescaling: { role: "computes" },
};

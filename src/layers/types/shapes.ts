import { isChannelsFirst } from "../positions.js";
import { type LayerRule, passes, type RuleTable } from "../rule.js";

/** Channels stay where they are. */
const moves: LayerRule = { ...passes, passesFactor: true };

/** @internal Layers that put values in another place or drop some of them, and layers that resample images. */
export const shapes: RuleTable = {
  InputLayer: { ...passes, twiceDifferentiable: true },
  // The channels must be the last axis, so that they come round again in the vector.
  Flatten: (layer) => ({
    ...passes,
    passesFactor: !isChannelsFirst(layer),
    inPlace: true,
    twiceDifferentiable: true,
  }),
  Reshape: {
    ...passes,
    passesFactor: (layer, { channels }) =>
      (layer.getConfig().targetShape as number[]).at(-1)! % channels === 0,
    inPlace: true,
    twiceDifferentiable: true,
  },
  Permute: passes,
  RepeatVector: moves,
  ZeroPadding2D: { ...moves, twiceDifferentiable: true },
  Cropping2D: moves,
  // A step is skipped if all of its features equal the mask's value, so rounding before the layer would skip
  // more or fewer steps.
  Masking: { role: "computes", compares: true },
  UpSampling2D: (layer) => ({
    role: layer.getConfig().interpolation === "bilinear" ? "computes" : "passes",
    passesFactor: true,
    resamples: true,
  }),
};

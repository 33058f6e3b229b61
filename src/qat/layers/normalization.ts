import type { Layer } from "../../models/topology.js";
import { kernels } from "./kernels.js";
import type { LayerRule, RuleTable } from "./rule.js";

/** @internal Normalizations that stay: they compute in float32. Batch normalization is folded where it can be. */
export const normalization: RuleTable = {
  BatchNormalization: { role: "computes" },
  // Trained folded: what is quantized is the folded kernel, with the channels of the layer inside.
  FoldedBatchNorm: (layer) => {
    const { layer: inner } = layer as Layer & { layer: Layer };
    const { weights } = kernels[inner.getClassName()] as LayerRule;
    return { role: "computes", weights: { kernel: Object.values(weights!)[0]! } };
  },
  LayerNormalization: { role: "computes" },
  LayerNorm: { role: "computes" },
};

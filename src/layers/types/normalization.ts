import type { Layer } from "../layer.js";
import { ruleOf } from "../registry.js";
import type { LayerRule, RuleTable } from "../rule.js";
import { ruledWeights } from "../weights.js";

const perFeature = (layer: Layer): LayerRule => ({
  role: "computes",
  // Options may leave γ or β or both out.
  ...(layer.weights.length === 2 && { scale: { factor: "gamma", shift: "beta" } }),
});

/**
 * @internal
 * Normalizations, which compute in float32. Batch normalization stays in the model only if it can't be folded.
 */
export const normalization: RuleTable = {
  BatchNormalization: { role: "computes", normalizesBatch: true },
  // The layer is trained folded: the folded kernel is quantized, with the channels of the layer inside.
  TrainedBatchNorm: (layer) => {
    const { layer: inner } = layer as Layer & { layer: Layer };
    const rule = ruleOf(inner);
    const { outputs, inputs } = ruledWeights(inner, rule)[0]!;
    return {
      role: "computes",
      weights: { kernel: { outputs, inputs, to: "inside" } },
      macs: rule.macs && ((_, shapes) => rule.macs!(inner, shapes)),
      tokens: rule.tokens,
    };
  },
  LayerNormalization: perFeature,
  LayerNorm: perFeature,
};

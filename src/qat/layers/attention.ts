import type { RuleTable } from "./rule.js";

/** @internal The parts of attention; its projections are Dense layers. And rotations of activations. */
export const attention: RuleTable = {
  AttentionScores: { role: "computes" },
  AttentionOutput: { role: "computes" },
  PositionEmbedding: { role: "computes" },
  Rotation: { role: "computes" },
};

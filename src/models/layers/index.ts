export { AttentionOutput } from "./attentionOutput.js";
export { AttentionScores } from "./attentionScores.js";
export { LayerNorm } from "./layerNorm.js";
export { PositionEmbedding } from "./positionEmbedding.js";
export { selfAttention } from "./selfAttention.js";

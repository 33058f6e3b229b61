import "./activations.js";

export { AttentionOutput } from "./attentionOutput.js";
export { AttentionScores } from "./attentionScores.js";
export { GeneralReLU, type GeneralReLUOptions } from "./generalReLU.js";
export { GRU, type GRUOptions } from "./gru.js";
export { LayerNorm } from "./layerNorm.js";
export { MultiHeadAttention, type MultiHeadAttentionOptions } from "./multiHeadAttention.js";
export { PositionEmbedding } from "./positionEmbedding.js";
export { type SelfAttentionOptions, selfAttention } from "./selfAttention.js";
export { SpatialDropout2D, type SpatialDropout2DOptions } from "./spatialDropout2D.js";

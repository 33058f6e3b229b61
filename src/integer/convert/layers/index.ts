import type { Place } from "../context.js";
import { attentionOutput, attentionScores, positionEmbedding } from "./attention.js";
import { bidirectional } from "./bidirectional.js";
import { channelsFirst } from "./channelsFirst.js";
import type { LayerConverter } from "./converter.js";
import {
  conv1d,
  conv2d,
  conv2dTranspose,
  depthwiseConv2d,
  separableConv2d,
} from "./convolution.js";
import { dense } from "./dense.js";
import { embedding } from "./embedding.js";
import { gru } from "./gru.js";
import { layerNormalization } from "./layerNorm.js";
import { lstm } from "./lstm.js";
import { average, concatenate, joining } from "./merging.js";
import { multiHeadAttention } from "./multiHeadAttention.js";
import { activation, prelu } from "./nonlinear.js";
import { batchNormalization } from "./normalization.js";
import { averagePooling, maxPooling } from "./pooling.js";
import { cropping, permute, repeatVector, reshape, upSampling, zeroPadding } from "./shapes.js";
import { simpleRnn } from "./simpleRnn.js";
import { timeDistributed } from "./timeDistributed.js";

/** A layer that does nothing in prediction. */
const nothing: LayerConverter = (place) => place.inputs[0]!;

/** How each type of layers becomes ops. */
export const converters: Readonly<Record<string, LayerConverter>> = {
  Dense: dense,
  Conv1D: conv1d,
  Conv2D: conv2d,
  DepthwiseConv2D: depthwiseConv2d,
  SeparableConv2D: separableConv2d,
  Conv2DTranspose: conv2dTranspose,
  Embedding: embedding,
  LSTM: (place) => lstm(place),
  GRU: (place) => gru(place),
  SimpleRNN: (place) => simpleRnn(place),
  Bidirectional: bidirectional,
  TimeDistributed: (place) => timeDistributed(place, convertLayer),
  LayerNormalization: layerNormalization,
  LayerNorm: layerNormalization,
  AttentionScores: attentionScores,
  AttentionOutput: attentionOutput,
  MultiHeadAttention: multiHeadAttention,
  PositionEmbedding: positionEmbedding,
  BatchNormalization: batchNormalization,
  Activation: activation,
  ReLU: activation,
  LeakyReLU: activation,
  PReLU: prelu,
  ELU: activation,
  Softmax: activation,
  Add: joining("add"),
  Average: average,
  Multiply: joining("multiply"),
  Maximum: joining("maximum"),
  Minimum: joining("minimum"),
  Concatenate: concatenate,
  MaxPooling1D: maxPooling,
  MaxPooling2D: maxPooling,
  GlobalMaxPooling1D: maxPooling,
  GlobalMaxPooling2D: maxPooling,
  AveragePooling1D: averagePooling,
  AveragePooling2D: averagePooling,
  GlobalAveragePooling1D: averagePooling,
  GlobalAveragePooling2D: averagePooling,
  Flatten: reshape,
  Reshape: reshape,
  Permute: permute,
  RepeatVector: repeatVector,
  ZeroPadding2D: zeroPadding,
  Cropping2D: cropping,
  UpSampling2D: upSampling,
  Dropout: nothing,
  SpatialDropout1D: nothing,
  SpatialDropout2D: nothing,
  GaussianNoise: nothing,
  GaussianDropout: nothing,
  AlphaDropout: nothing,
  ActivityRegularization: nothing,
};

/** Adds a layer's ops, and returns the tensor that they write. */
export function convertLayer(place: Place): number {
  const convert = converters[place.type]!;
  return place.config.dataFormat === "channelsFirst"
    ? channelsFirst(place, convert)
    : convert(place);
}

import type { Layer } from "../../../graph/index.js";
import type { Place } from "../place.js";
import {
  attentionOutput,
  attentionScores,
  multiHeadAttention,
  positionEmbedding,
} from "./attention.js";
import {
  conv1d,
  conv2d,
  conv2dTranspose,
  depthwiseConv2d,
  separableConv2d,
} from "./convolution.js";
import { dense } from "./dense.js";
import { embedding } from "./embedding.js";
import { average, binary, concatenate } from "./merging.js";
import { activation, prelu } from "./nonlinear.js";
import { batchNormalization, layerNormalization } from "./normalization.js";
import { globalAverage, globalMax, pooling } from "./pooling.js";
import { bidirectional, gru, lstm, simpleRnn } from "./recurrent.js";
import { cropping, permute, repeatVector, reshape, upSampling, zeroPadding } from "./shapes.js";
import { channelsFirst, timeDistributed } from "./views.js";

/** Adds a layer's ops, and returns the tensor that they write. */
export type LayerWriter = (place: Place) => number;

/** A layer that does nothing in prediction. */
const nothing: LayerWriter = (place) => place.inputs[0]!;

/** How each type of layers becomes ops. */
export const writers: Readonly<Record<string, LayerWriter>> = {
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
  TimeDistributed: (place) => timeDistributed(place, writeLayer, takesSteps),
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
  Add: binary("add"),
  Multiply: binary("multiply"),
  Maximum: binary("maximum"),
  Minimum: binary("minimum"),
  Average: average,
  Concatenate: concatenate,
  MaxPooling1D: pooling("maxPool2d"),
  MaxPooling2D: pooling("maxPool2d"),
  AveragePooling1D: pooling("averagePool2d"),
  AveragePooling2D: pooling("averagePool2d"),
  GlobalMaxPooling1D: globalMax,
  GlobalMaxPooling2D: globalMax,
  GlobalAveragePooling1D: globalAverage,
  GlobalAveragePooling2D: globalAverage,
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

/** Whether a layer treats the steps of a sequence alike by itself. */
function takesSteps(layer: Layer): boolean {
  const type = layer.getClassName();
  return ([dense, activation, reshape] as (LayerWriter | undefined)[]).includes(writers[type]);
}

/** Adds a layer's ops, and returns the tensor that they write. @throws TypeError if the layer's type has no form */
export function writeLayer(place: Place): number {
  const write = writers[place.type];
  if (!write) {
    throw place.refusal(
      `there is no form of ${place.type} (expected ${Object.keys(writers).join(", ")}; q.export.savedModel takes every layer)`,
    );
  }
  return place.config.dataFormat === "channelsFirst" ? channelsFirst(place, write) : write(place);
}

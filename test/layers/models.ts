import * as q from "../../src/index.js";
import { composites } from "./composites.js";
import { flatten, type Kind, kind, logits, norm, relu, through } from "./kind.js";

export { examples, type Kind } from "./kind.js";

const { layers } = q.tf;

/** Models of every sort of layer with a kernel, and of every place where it may stand. */
export const kinds: Kind[] = [
  kind("Dense", [6], { first: 6 * 4, logits: 12 }, () =>
    through([6], layers.dense({ name: "first", units: 4 }), norm(), relu(), logits()),
  ),
  kind("Dense on tokens", [4, 6], { first: 4 * 30, logits: 20 * 3 }, () =>
    through([4, 6], layers.dense({ name: "first", units: 5 }), relu(), flatten(), logits()),
  ),
  kind("Conv1D", [8, 2], { first: 8 * 24, second: 3 * 32, logits: 12 }, () =>
    through(
      [8, 2],
      layers.conv1d({ name: "first", filters: 4, kernelSize: 3, padding: "causal" }),
      norm(),
      relu(),
      layers.conv1d({ name: "second", filters: 4, kernelSize: 2, strides: 3 }),
      layers.globalAveragePooling1d({}),
      logits(),
    ),
  ),
  kind("Conv2D", [6, 6, 2], { first: 9 * 36 * 2, second: 9 * 16, logits: 12 }, () =>
    through(
      [6, 6, 2],
      layers.conv2d({ name: "first", filters: 4, kernelSize: 3, strides: 2, padding: "same" }),
      norm(),
      relu(),
      layers.conv2d({ name: "second", filters: 4, kernelSize: 1 }),
      layers.globalAveragePooling2d({}),
      logits(),
    ),
  ),
  kind("Conv2D, channels first", [2, 5, 4], { first: 12 * 32, logits: 48 * 3 }, () =>
    through(
      [2, 5, 4],
      layers.conv2d({ name: "first", filters: 4, kernelSize: 2, dataFormat: "channelsFirst" }),
      norm(1),
      relu(),
      flatten(),
      logits(),
    ),
  ),
  kind("Conv3D", [3, 4, 4, 2], { first: 18 * 64, logits: 4 * 3 }, () =>
    through(
      [3, 4, 4, 2],
      // tfjs doesn't normalize batches of volumes.
      layers.conv3d({ name: "first", filters: 4, kernelSize: 2 }),
      relu(),
      layers.averagePooling3d({ poolSize: [2, 3, 3] }),
      flatten(),
      logits(),
    ),
  ),
  kind("DepthwiseConv2D", [5, 5, 2], { first: 16 * 16, logits: 12 }, () =>
    through(
      [5, 5, 2],
      layers.depthwiseConv2d({ name: "first", kernelSize: 2, depthMultiplier: 2 }),
      norm(),
      relu(),
      layers.globalAveragePooling2d({}),
      logits(),
    ),
  ),
  kind("DepthwiseConv2D, channels first", [2, 5, 4], { first: 12 * 16, logits: 48 * 3 }, () =>
    through(
      [2, 5, 4],
      layers.depthwiseConv2d({
        ...{ name: "first", kernelSize: 2, depthMultiplier: 2 },
        dataFormat: "channelsFirst",
      }),
      norm(1),
      relu(),
      flatten(),
      logits(),
    ),
  ),
  kind(
    "SeparableConv2D",
    [5, 5, 2],
    { first: 16 * (8 + 8), second: 9 * (16 + 16), logits: 12 },
    () =>
      through(
        [5, 5, 2],
        layers.separableConv2d({ name: "first", filters: 4, kernelSize: 2 }),
        norm(),
        relu(),
        layers.separableConv2d({ name: "second", filters: 4, kernelSize: 2 }),
        layers.globalAveragePooling2d({}),
        logits(),
      ),
  ),
  kind("SeparableConv2D, channels first", [2, 5, 4], { first: 12 * (8 + 8), logits: 48 * 3 }, () =>
    through(
      [2, 5, 4],
      layers.separableConv2d({
        ...{ name: "first", filters: 4, kernelSize: 2 },
        dataFormat: "channelsFirst",
      }),
      norm(1),
      relu(),
      flatten(),
      logits(),
    ),
  ),
  kind("Conv2DTranspose", [3, 3, 2], { first: 9 * 32, second: 36 * 16, logits: 12 }, () =>
    through(
      [3, 3, 2],
      layers.conv2dTranspose({ name: "first", filters: 4, kernelSize: 2, strides: 2 }),
      norm(),
      relu(),
      layers.conv2d({ name: "second", filters: 4, kernelSize: 1 }),
      layers.globalAveragePooling2d({}),
      logits(),
    ),
  ),
  kind(
    "LSTM on an embedding",
    [5],
    { words: 0, first: 5 * (64 + 64), logits: 12 },
    () =>
      through(
        [5],
        layers.embedding({ name: "words", inputDim: 7, outputDim: 4 }),
        layers.lstm({ name: "first", units: 4 }),
        logits(),
      ),
    7,
  ),
  kind("Bidirectional GRU", [7, 4], { first: 7 * 2 * (36 + 27), logits: 18 }, () =>
    through(
      [7, 4],
      layers.bidirectional({
        name: "first",
        layer: layers.gru({ units: 3 }) as never,
        mergeMode: "concat",
      }),
      logits(),
    ),
  ),
  kind("GRU with resetAfter", [7, 4], { first: 7 * (36 + 27), logits: 9 }, () =>
    through([7, 4], new q.models.layers.GRU({ name: "first", units: 3 }), logits()),
  ),
  kind(
    "MultiHeadAttention",
    [4, 6],
    // Four steps: three projections to 2·3 features, 2·4·4·6 products, and a projection to 5 features.
    { first: 4 * 3 * 36 + 2 * 16 * 6 + 4 * 30, logits: 15 },
    () =>
      through(
        [4, 6],
        new q.models.layers.MultiHeadAttention({
          ...{ name: "first", numHeads: 2, keyDim: 3, outputShape: 5 },
        }),
        layers.globalAveragePooling1d({}),
        logits(),
      ),
  ),
  kind("RNN of stacked cells", [4, 4], { first: 4 * (8 + 4 + 8 + 16), logits: 12 }, () =>
    through(
      [4, 4],
      layers.rnn({
        name: "first",
        cell: layers.stackedRNNCells({
          cells: [layers.simpleRNNCell({ units: 2 }), layers.simpleRNNCell({ units: 4 })],
        }),
      }),
      logits(),
    ),
  ),
  kind("ConvLSTM2D", [3, 4, 4, 2], { first: 3 * 9 * 4 * (16 + 16), logits: 27 * 2 }, () =>
    through(
      [3, 4, 4, 2],
      layers.convLstm2d({ name: "first", filters: 2, kernelSize: 2 }),
      flatten(),
      logits(),
    ),
  ),
  kind("TimeDistributed", [4, 4], { first: 4 * 24, second: 24 * 2, logits: 24 }, () =>
    through(
      [4, 4],
      layers.timeDistributed({ name: "first", layer: layers.dense({ units: 6 }) }),
      norm(),
      relu(),
      layers.timeDistributed({ name: "second", layer: layers.dense({ units: 2 }) }),
      flatten(),
      logits(),
    ),
  ),
  ...composites,
];

import * as q from "../../src/index.js";
import { cnn, digits, generator } from "../fixtures/index.js";

const { tf } = q;
const { layers } = tf;
type Model = q.tf.LayersModel;

/** A model to export, and what its inputs are drawn from. */
export interface Case {
  name: string;
  make(): Model | Promise<Model>;
  /** Whole numbers below it, instead of numbers from −1 to 1. */
  below?: number;
  /** Whole 64ths: sums of a few have no rounding error. */
  exact?: boolean;
}

function stack(...list: q.tf.LayersModel["layers"]): Model {
  return tf.sequential({ name: "stack", layers: list });
}

function graph(inputs: q.tf.SymbolicTensor[], outputs: q.tf.SymbolicTensor[]): Model {
  return tf.model({ name: "graph", inputs, outputs });
}

const sequence = { inputShape: [6, 4], units: 5 };
const image = { inputShape: [8, 8, 3] };

/** Quantized layers whose sums and scales are exact in float32, so that rounding never flips. */
async function quantized(per: "tensor" | "channel"): Promise<Model> {
  const float = stack(
    layers.conv2d({ name: "conv", inputShape: [8, 8, 1], filters: 4, kernelSize: 3 }),
    layers.reLU({ name: "relu" }),
    layers.flatten({ name: "flatten" }),
    layers.dense({ name: "logits", units: 3 }),
  );
  const { train } = await digits();
  const scheme = q.scheme({ weights: q.int(8, { per }), activations: q.uint(8) });
  const model = await q.prepare(float, scheme, { calibration: train.take(8) });
  for (const layer of model.layers) {
    if (!(layer instanceof q.QuantizedLayer)) continue;
    const { weights, activations } = layer.ranges();
    const ends = (count: number, end: number) => new Float32Array(count).fill(end);
    const count = per === "channel" && weights ? layer.channels() : 1;
    layer.setRanges({
      weights: weights && { min: ends(count, -127 / 64), max: ends(count, 127 / 64) },
      activations: activations && { min: 0, max: 255 / 64 },
    });
  }
  return model;
}

export const cases: Case[] = [
  {
    name: "dense",
    make: () =>
      stack(
        layers.dense({ name: "hidden", inputShape: [7], units: 5, activation: "relu" }),
        layers.dense({ name: "logits", units: 3, activation: "softmax" }),
      ),
  },
  {
    name: "depthwise CNN with batch normalization",
    make: () => cnn({ seed: 7 }),
  },
  { name: "quantized per tensor", make: () => quantized("tensor"), exact: true },
  { name: "quantized per channel", make: () => quantized("channel"), exact: true },
  { name: "LSTM", make: () => stack(layers.lstm({ name: "lstm", ...sequence })) },
  {
    name: "GRU with sequences",
    make: () => stack(layers.gru({ name: "gru", ...sequence, returnSequences: true })),
  },
  {
    name: "simple RNN, backwards",
    make: () => stack(layers.simpleRNN({ name: "rnn", ...sequence, goBackwards: true })),
  },
  {
    name: "bidirectional LSTM",
    make: () =>
      stack(
        layers.bidirectional({
          name: "both",
          inputShape: [6, 4],
          layer: layers.lstm({ units: 3, returnSequences: true }) as never,
          mergeMode: "concat",
        }),
        layers.globalAveragePooling1d({ name: "mean" }),
      ),
  },
  {
    name: "embedding",
    below: 12,
    make: () =>
      stack(
        layers.embedding({ name: "words", inputDim: 12, outputDim: 4, inputLength: 6 }),
        layers.gru({ name: "gru", units: 3 }),
        layers.dense({ name: "logits", units: 2 }),
      ),
  },
  {
    name: "masked embedding",
    below: 4,
    make: () =>
      stack(
        layers.embedding({
          name: "words",
          inputDim: 4,
          outputDim: 4,
          inputLength: 6,
          maskZero: true,
        }),
        layers.lstm({ name: "lstm", units: 3 }),
      ),
  },
  {
    name: "attention",
    make: () => {
      const input = tf.input({ name: "tokens", shape: [6, 8] });
      const project = (name: string) =>
        layers.dense({ name, units: 4 }).apply(input) as q.tf.SymbolicTensor;
      const [queries, keys, values] = [project("queries"), project("keys"), project("values")];
      const scores = layers.dot({ name: "scores", axes: [2, 2] }).apply([queries!, keys!]);
      const shares = layers.activation({ name: "shares", activation: "softmax" }).apply(scores);
      const mixed = layers
        .dot({ name: "mixed", axes: [2, 1] })
        .apply([shares as q.tf.SymbolicTensor, values!]);
      return graph([input], [mixed as q.tf.SymbolicTensor]);
    },
  },
  {
    name: "conv1d",
    make: () =>
      stack(
        layers.conv1d({
          name: "conv",
          inputShape: [9, 3],
          filters: 4,
          kernelSize: 3,
          activation: "elu",
        }),
        layers.maxPooling1d({ name: "pool", poolSize: 2 }),
        layers.globalMaxPooling1d({ name: "max" }),
      ),
  },
  {
    name: "separable convolution",
    make: () =>
      stack(
        layers.separableConv2d({ name: "separable", ...image, filters: 4, kernelSize: 3 }),
        layers.leakyReLU({ name: "leaky" }),
        layers.globalAveragePooling2d({ name: "mean", dataFormat: "channelsLast" }),
      ),
  },
  {
    name: "transposed convolution",
    make: () =>
      stack(
        layers.conv2dTranspose({
          name: "up",
          inputShape: [4, 4, 3],
          filters: 2,
          kernelSize: 3,
          strides: 2,
          padding: "same",
        }),
        layers.prelu({ name: "prelu" }),
      ),
  },
  {
    name: "layer normalization",
    make: () =>
      stack(
        layers.layerNormalization({ name: "norm", inputShape: [6, 4] }),
        layers.timeDistributed({
          name: "each",
          layer: layers.dense({ units: 3, activation: "tanh" }),
        }),
      ),
  },
  {
    name: "padding, cropping, upsampling, pooling",
    make: () =>
      stack(
        layers.zeroPadding2d({ name: "pad", ...image, padding: [1, 1] }),
        layers.averagePooling2d({ name: "pool", poolSize: [2, 2] }),
        layers.upSampling2d({ name: "up", size: [2, 2] }),
        layers.cropping2D({
          name: "crop",
          cropping: [
            [1, 0],
            [0, 2],
          ],
        }),
        layers.permute({ name: "turn", dims: [2, 1, 3] }),
        layers.reshape({ name: "rows", targetShape: [-1, 3] }),
        layers.dropout({ name: "dropout", rate: 0.5 }),
        layers.thresholdedReLU({ name: "threshold", theta: 0.1 }),
      ),
  },
  {
    name: "dilated and three-dimensional convolutions",
    make: () => {
      const input = tf.input({ name: "volume", shape: [5, 6, 6, 1] });
      const conv = layers
        .conv3d({ name: "conv", filters: 2, kernelSize: 2, activation: "sigmoid" })
        .apply(input) as q.tf.SymbolicTensor;
      const pooled = layers.maxPooling3d({ name: "pool", poolSize: [2, 1, 1] }).apply(conv);
      const flat = layers
        .reshape({ name: "plane", targetShape: [10, 5, 2] })
        .apply(pooled as q.tf.SymbolicTensor);
      const dilated = layers
        .conv2d({ name: "dilated", filters: 2, kernelSize: 2, dilationRate: 2 })
        .apply(flat);
      return graph([input], [dilated as q.tf.SymbolicTensor]);
    },
  },
  {
    name: "ConvLSTM",
    make: () =>
      stack(
        layers.convLstm2d({ name: "lstm", inputShape: [3, 5, 5, 2], filters: 2, kernelSize: 3 }),
      ),
  },
  {
    name: "stacked cells, repeated",
    make: () =>
      stack(
        layers.repeatVector({ name: "repeat", inputShape: [4], n: 5 }),
        layers.rnn({
          name: "stacked",
          cell: [layers.lstmCell({ units: 3 }), layers.gruCell({ units: 2 })],
        } as never),
      ),
  },
  {
    name: "two inputs, two outputs",
    make: () => {
      const [left, right] = ["left", "right"].map((name) => tf.input({ name, shape: [4] }));
      const dense = layers.dense({ name: "shared", units: 3 });
      const [a, b] = [left!, right!].map((one) => dense.apply(one) as q.tf.SymbolicTensor);
      const sum = layers.add({ name: "sum" }).apply([a!, b!]) as q.tf.SymbolicTensor;
      const both = layers.concatenate({ name: "both" }).apply([a!, b!, sum]);
      const most = layers.maximum({ name: "most" }).apply([a!, b!]);
      return graph([right!, left!], [both, most] as q.tf.SymbolicTensor[]);
    },
  },
  {
    name: "a layer with three outputs, a model in the model",
    make: () => {
      const input = tf.input({ name: "steps", shape: [6, 4] });
      const inner = tf.sequential({
        name: "inner",
        layers: [layers.dense({ name: "first", inputShape: [6, 4], units: 3, activation: "selu" })],
      });
      const between = inner.apply(input) as q.tf.SymbolicTensor;
      const outputs = layers
        .lstm({ name: "lstm", units: 2, returnState: true })
        .apply(between) as unknown as q.tf.SymbolicTensor[];
      return graph([input], outputs);
    },
  },
];

/** Gives a model weights that programs in every language can draw alike; variances are positive. */
export function drawWeights(model: Model, { exact }: Pick<Case, "exact">): void {
  const random = generator(model.weights.length);
  for (const weight of model.weights) {
    // The ranges of quantized layers stay.
    if (/_(min|max)$/.test(weight.originalName)) continue;
    const positive = /variance/.test(weight.originalName);
    const shape = weight.shape as number[];
    const drawn = tf.tensor(draw(random, shape, { exact, positive }), shape);
    weight.write(drawn);
    drawn.dispose();
  }
}

/** Inputs of a model, in its order. */
export function drawInputs(model: Model, batch: number, { below, exact }: Case): q.tf.Tensor[] {
  const random = generator(batch);
  return model.inputs.map(({ shape, dtype }) => {
    const full = [batch, ...(shape.slice(1) as number[])];
    return tf.tensor(draw(random, full, { below, exact }), full, dtype);
  });
}

function draw(
  random: () => number,
  shape: number[],
  { below, exact, positive }: { below?: number; exact?: boolean; positive?: boolean },
): Float32Array {
  const size = shape.reduce((product, length) => product * length, 1);
  const one = () => {
    if (below) return Math.floor(random() * below);
    if (positive) return 0.5 + random();
    const value = random() * 2 - 1;
    return exact ? Math.round(value * 64) / 64 : value;
  };
  return Float32Array.from({ length: size }, one);
}

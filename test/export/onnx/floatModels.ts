import * as q from "../../../src/index.js";
import { generator } from "../../fixtures/index.js";

const { tf } = q;
const { layers } = tf;
type Model = q.tf.LayersModel;
type Symbolic = q.tf.SymbolicTensor;

/** A float model with examples. */
export interface FloatCase {
  name: string;
  make: () => Model;
  /** Whole numbers below it as inputs, in place of numbers from −1 to 1. */
  below?: number;
  /** Options of the file. */
  options?: q.export.OnnxOptions;
}

const first = { dataFormat: "channelsFirst" } as const;

/** A model of layers whose names don't depend on those that were made before. */
function stack(...list: Model["layers"]): Model {
  for (const [i, layer] of list.entries()) layer.name = `layer${i}`;
  return tf.sequential({ name: "stack", layers: list });
}

function merged(): Model {
  const input = tf.input({ name: "image", shape: [6, 6, 4] });
  const apply = (layer: { apply(x: never): unknown }, x: Symbolic | Symbolic[]) =>
    layer.apply(x as never) as Symbolic;
  const left = apply(layers.conv2d({ name: "left", filters: 4, kernelSize: 1 }), input);
  const right = apply(
    layers.depthwiseConv2d({ name: "right", kernelSize: 3, padding: "same" }),
    input,
  );
  const sum = apply(layers.add({ name: "sum" }), [left, right, input]);
  const product = apply(layers.multiply({ name: "product" }), [sum, right]);
  const highest = apply(layers.maximum({ name: "highest" }), [product, left]);
  const lowest = apply(layers.minimum({ name: "lowest" }), [highest, sum]);
  const mean = apply(layers.average({ name: "mean" }), [lowest, left]);
  const joined = apply(layers.concatenate({ name: "joined" }), [mean, right]);
  const pooled = apply(
    layers.globalAveragePooling2d({ name: "pooled", dataFormat: "channelsLast" }),
    joined,
  );
  return tf.model({ name: "branches", inputs: input, outputs: [joined, pooled] });
}

/** Attention as one layer, whose queries and values differ. */
function attention(): Model {
  const x = tf.input({ name: "x", shape: [4, 6] });
  const values = layers.dense({ name: "values", units: 5 }).apply(x) as Symbolic;
  const layer = new q.models.layers.MultiHeadAttention({
    ...{ name: "attention", numHeads: 2, keyDim: 3, valueDim: 2, useCausalMask: true },
  });
  const normal = layers.layerNormalization({ name: "norm" }).apply(layer.apply([x, values]));
  return tf.model({ name: "attention", inputs: x, outputs: normal as Symbolic });
}

export const floatCases: FloatCase[] = [
  {
    name: "CNN with batch normalization",
    make: () => q.models.depthwiseCnn({ inputShape: [8, 8, 1], classes: 10, seed: 7 }),
  },
  {
    name: "convolutions of images",
    make: () =>
      stack(
        layers.zeroPadding2d({ inputShape: [9, 8, 3], padding: [1, 2] }),
        layers.conv2d({
          filters: 4,
          kernelSize: [3, 2],
          strides: 2,
          padding: "same",
          activation: "relu6",
        }),
        layers.separableConv2d({ filters: 6, kernelSize: 3, padding: "same", activation: "elu" }),
        layers.conv2dTranspose({ filters: 3, kernelSize: 3, strides: 2, padding: "same" }),
        layers.leakyReLU({ alpha: 0.2 }),
        layers.batchNormalization({}),
        layers.averagePooling2d({ poolSize: 3, strides: 2, padding: "same" }),
        layers.upSampling2d({ size: [2, 2] }),
        layers.cropping2D({
          cropping: [
            [1, 0],
            [0, 2],
          ],
        }),
        layers.permute({ dims: [2, 1, 3] }),
        layers.maxPooling2d({ poolSize: 2 }),
        layers.flatten(),
        layers.dropout({ rate: 0.5 }),
        layers.dense({ units: 5, activation: "softmax" }),
      ),
  },
  {
    name: "convolutions of steps",
    make: () =>
      stack(
        layers.conv1d({
          inputShape: [12, 3],
          filters: 4,
          kernelSize: 3,
          padding: "causal",
          activation: "swish",
        }),
        layers.maxPooling1d({ poolSize: 2 }),
        layers.conv1d({ filters: 5, kernelSize: 2, dilationRate: 2, activation: "gelu" }),
        layers.dense({ units: 4, activation: "tanh" }),
        layers.globalMaxPooling1d({}),
        layers.repeatVector({ n: 3 }),
        layers.flatten(),
        layers.dense({ units: 2, activation: "hardSigmoid" }),
      ),
  },
  {
    name: "embedding",
    below: 12,
    make: () =>
      stack(
        layers.embedding({ inputDim: 12, outputDim: 4, inputLength: 6 }),
        layers.globalAveragePooling1d({}),
        layers.dense({ units: 6, activation: "selu" }),
        layers.dense({ units: 6, activation: "softplus" }),
        layers.dense({ units: 6, activation: "softsign" }),
        layers.dense({ units: 6, activation: "mish" }),
        layers.dense({ units: 3, activation: "sigmoid" }),
      ),
  },
  {
    name: "slopes",
    make: () =>
      stack(
        layers.conv2d({ inputShape: [6, 5, 2], filters: 4, kernelSize: 3 }),
        layers.prelu({ sharedAxes: [1, 2] }),
        layers.flatten(),
        layers.prelu({}),
      ),
  },
  {
    name: "recurrent layers",
    make: () =>
      stack(
        layers.lstm({ inputShape: [5, 4], units: 3, returnSequences: true, goBackwards: true }),
        layers.lstm({ units: 4, recurrentActivation: "sigmoid", returnSequences: true }),
        layers.gru({ units: 4, returnSequences: true, useBias: false }) as never,
        new q.models.layers.GRU({ units: 4, resetAfter: true, returnSequences: true }) as never,
        layers.bidirectional({
          layer: layers.simpleRNN({ units: 3, returnSequences: true }),
          mergeMode: "mul",
        }),
        layers.bidirectional({ layer: layers.lstm({ units: 3 }) as never, mergeMode: "concat" }),
      ),
  },
  {
    name: "transformer",
    make: () =>
      q.models.transformerEncoder({
        ...{ inputShape: [8, 8, 1], classes: 4, units: 8, heads: 2, blocks: 1, seed: 2 },
      }),
  },
  { name: "attention", make: attention },
  {
    name: "blocks of 4 bits",
    options: { mode: "int4", blockSize: 16 },
    make: () =>
      stack(
        layers.conv2d({ inputShape: [6, 5, 2], filters: 4, kernelSize: 3 }),
        layers.flatten(),
        layers.dense({ units: 32, activation: "relu" }),
        layers.dense({ units: 3 }),
      ),
  },
  {
    name: "channels first, and steps",
    make: () =>
      stack(
        layers.timeDistributed({
          inputShape: [3, 2, 6, 5],
          layer: layers.conv2d({ ...first, filters: 4, kernelSize: 3, activation: "relu" }),
        }),
        layers.timeDistributed({ layer: layers.flatten(first) }),
        layers.timeDistributed({ layer: layers.dense({ units: 8 }) }),
        layers.reshape({ targetShape: [2, 3, 4] }),
        layers.conv2d({ ...first, filters: 3, kernelSize: 2 }),
        layers.averagePooling2d({ ...first, poolSize: [1, 2], strides: 1 }),
        layers.batchNormalization({ axis: 1 }),
        layers.flatten(first),
      ),
  },
  { name: "branches", make: merged },
];

const batch = 3;

/** A case's model with weights that every machine draws alike, and inputs. */
export function drawn({ make, below }: FloatCase): { model: Model; inputs: q.tf.Tensor[] } {
  const model = make();
  const random = generator(5);
  for (const weight of model.weights) {
    const { size } = weight.read();
    // A variance is positive.
    const values = Float32Array.from({ length: size }, () =>
      weight.originalName.includes("variance") ? 1 : random() - 0.5,
    );
    weight.write(tf.tidy(() => tf.tensor(values, weight.shape as number[])));
  }
  const inputs = model.inputs.map(({ shape }) => {
    const size = shape.slice(1).reduce((product: number, n) => product * n!, batch);
    const values = Float32Array.from({ length: size }, () =>
      below ? Math.floor(random() * below) : random() * 2 - 1,
    );
    return tf.tensor(values, [batch, ...(shape.slice(1) as number[])]);
  });
  return { model, inputs };
}

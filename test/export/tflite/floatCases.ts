import * as q from "../../../src/index.js";
import { randomize } from "../../fixtures/index.js";

const { layers } = q.tf;
type Model = q.tf.LayersModel;
type Layer = Model["layers"][number];

/** A float model, which is also written with int8 weights if `dynamic` is set. */
export interface FloatCase {
  name: string;
  dynamic?: boolean;
  make: () => Model;
}

/** A sequential model. Layers get names, since tfjs's own ones count all layers of the process. */
const stack = (make: () => Layer[]) => () => {
  const list = make();
  for (const [i, layer] of list.entries()) layer.name = `layer${i}`;
  return q.tf.sequential({ name: "stack", layers: list });
};

const image = { inputShape: [8, 9, 3] };
const steps = { inputShape: [7, 4] };
const conv = (options: object) => layers.conv2d({ filters: 4, kernelSize: 3, ...options });

/** A sum, a product and other joints of two branches; branches are shared with an output. */
function joined(): Model {
  const x = q.tf.input({ name: "x", shape: [6, 6, 2] });
  const first = layers.conv2d({ name: "a", filters: 3, kernelSize: 1 }).apply(x);
  const second = layers.conv2d({ name: "b", filters: 3, kernelSize: 1 }).apply(x);
  const both = [first, second] as q.tf.SymbolicTensor[];
  const merged = [
    layers.add({ name: "sum" }).apply([...both, ...both]),
    layers.multiply({ name: "product" }).apply(both),
    layers.maximum({ name: "largest" }).apply(both),
    layers.minimum({ name: "smallest" }).apply(both),
    layers.average({ name: "mean" }).apply(both),
  ] as q.tf.SymbolicTensor[];
  const joint = layers.concatenate({ name: "joint" }).apply(merged) as q.tf.SymbolicTensor;
  const relu = layers.reLU({ name: "relu" }).apply(both[0]!) as q.tf.SymbolicTensor;
  return q.tf.model({ name: "joined", inputs: x, outputs: [joint, relu, both[0]!] });
}

/** One layer in two places, the second of which follows the first. */
function shared(): Model {
  const x = q.tf.input({ name: "x", shape: [5] });
  const layer = layers.dense({ name: "twice", units: 5, activation: "tanh" });
  const y = layer.apply(layer.apply(x)) as q.tf.SymbolicTensor;
  return q.tf.model({ name: "shared", inputs: x, outputs: y });
}

/** Rows of a table, whose indices the peer program draws below 10. */
function rows(): Model {
  const indices = q.tf.input({ name: "indices", shape: [6] });
  const embedding = layers.embedding({ name: "table", inputDim: 10, outputDim: 4 });
  const row = layers.dropout({ name: "noise", rate: 0.5 }).apply(embedding.apply(indices));
  return q.tf.model({ name: "rows", inputs: indices, outputs: row as q.tf.SymbolicTensor });
}

const first = { dataFormat: "channelsFirst" } as const;
const sequence = { inputShape: [5, 4] };
const sigmoid = { units: 3, recurrentActivation: "sigmoid" } as const;

/** Recurrent layers: LiteRT has an operator for the LSTM with sigmoid gates alone. */
const recurrent: Record<string, () => Layer[]> = {
  lstm: () => [layers.lstm({ ...sequence, ...sigmoid, returnSequences: true })],
  lstmUnrolled: () => [layers.lstm({ ...sequence, units: 3, useBias: false, goBackwards: true })],
  gru: () => [layers.gru({ ...sequence, units: 3 }) as Layer],
  gruAfter: () => [
    layers.dense({ ...sequence, units: 4 }),
    new q.models.layers.GRU({ ...sigmoid, resetAfter: true, returnSequences: true }) as Layer,
  ],
  simpleRnn: () => [layers.simpleRNN({ ...sequence, units: 3 })],
  bidirectional: () => [
    layers.bidirectional({
      ...sequence,
      layer: layers.lstm({ ...sigmoid, returnSequences: true }) as never,
      mergeMode: "concat",
    }),
    layers.bidirectional({ layer: layers.simpleRNN({ units: 3 }), mergeMode: "ave" }),
  ],
};

/** Attention as one layer, whose queries and values differ. */
function attention(): Model {
  const x = q.tf.input({ name: "x", shape: [4, 6] });
  const values = layers.dense({ name: "values", units: 5 }).apply(x) as q.tf.SymbolicTensor;
  const layer = new q.models.layers.MultiHeadAttention({
    ...{ name: "attention", numHeads: 2, keyDim: 3, valueDim: 2, useCausalMask: true },
  });
  const y = layer.apply([x, values]) as q.tf.SymbolicTensor;
  return q.tf.model({ name: "attention", inputs: x, outputs: y });
}

const activations = ["elu", "sigmoid", "tanh", "softmax", "swish", "gelu", "hardSigmoid", "relu6"];

const cases: FloatCase[] = [
  {
    name: "convolutions",
    dynamic: true,
    make: stack(() => [
      conv({ ...image, padding: "same", activation: "relu" }),
      layers.batchNormalization({ name: "unfolded" }),
      layers.depthwiseConv2d({ kernelSize: 3, strides: 2, depthMultiplier: 2, useBias: false }),
      layers.batchNormalization({ name: "folded" }),
      layers.reLU({ maxValue: 6 }),
      layers.separableConv2d({ filters: 5, kernelSize: 2, activation: "relu" }),
      conv({ filters: 3, kernelSize: [1, 2], useBias: false }),
    ]),
  },
  { name: "dilated", make: stack(() => [conv({ ...image, dilationRate: 2, padding: "same" })]) },
  {
    name: "steps",
    make: stack(() => [
      layers.conv1d({ ...steps, filters: 4, kernelSize: 3, padding: "causal", dilationRate: 2 }),
      layers.conv1d({ filters: 3, kernelSize: 2, strides: 2, activation: "relu" }),
      layers.maxPooling1d({ poolSize: 2, strides: 1 }),
      layers.averagePooling1d({ poolSize: 2, strides: 1, padding: "same" }),
      layers.globalAveragePooling1d({}),
    ]),
  },
  {
    name: "transposed",
    make: stack(() => [
      layers.conv2dTranspose({ ...image, filters: 4, kernelSize: 3, strides: 2, padding: "same" }),
      layers.conv2dTranspose({ filters: 2, kernelSize: 2, activation: "relu" }),
    ]),
  },
  {
    name: "pools",
    make: stack(() => [
      layers.maxPooling2d({ ...image, poolSize: 2, strides: 1, padding: "same" }),
      layers.averagePooling2d({ poolSize: [3, 2], strides: 2, padding: "same" }),
      layers.zeroPadding2d({
        padding: [
          [1, 2],
          [0, 1],
        ],
      }),
      layers.cropping2D({
        cropping: [
          [1, 0],
          [0, 2],
        ],
      }),
      layers.upSampling2d({ size: [2, 3] }),
      layers.permute({ dims: [2, 1, 3] }),
      layers.globalMaxPooling2d({}),
    ]),
  },
  {
    name: "largestStep",
    make: stack(() => [
      layers.globalMaxPooling1d({ ...steps }),
      layers.reshape({ targetShape: [2, 2] }),
      layers.dense({ units: 3, name: "rows" }),
      layers.flatten({}),
    ]),
  },
  { name: "mean", make: stack(() => [layers.globalAveragePooling2d({ ...image })]) },
  { name: "joined", make: joined },
  { name: "shared", dynamic: true, make: shared },
  { name: "table", make: rows },
  {
    name: "bounded",
    make: stack(() => [
      layers.dense({ inputShape: [6], units: 8 }),
      layers.leakyReLU({ alpha: 0.2 }),
      layers.dense({ units: 8 }),
      layers.reLU({ maxValue: 6 }),
      layers.softmax({ axis: -1 }),
    ]),
  },
  ...activations.map((activation) => ({
    name: `activation-${activation}`,
    make: stack(() => [
      layers.dense({ inputShape: [6], units: 8, activation: activation as "relu" }),
    ]),
  })),
  {
    name: "digits",
    dynamic: true,
    make: () => q.models.depthwiseCnn({ inputShape: [8, 8, 1], classes: 10 }),
  },
  {
    name: "chain",
    dynamic: true,
    make: () => q.models.mlp({ inputShape: [8, 8, 1], units: [12], classes: 10 }),
  },
  ...Object.entries(recurrent).map(([name, make]) => ({ name, make: stack(make) })),
  { name: "attention", make: attention },
  {
    name: "channelsFirst",
    make: stack(() => [
      layers.conv2d({ inputShape: [2, 6, 5], filters: 4, kernelSize: 3, ...first }),
      layers.depthwiseConv2d({ kernelSize: 2, activation: "relu", ...first }),
      layers.maxPooling2d({ poolSize: 2, strides: 1, ...first }),
    ]),
  },
  {
    name: "eachStep",
    make: stack(() => [
      layers.timeDistributed({
        inputShape: [3, 5, 4, 2],
        layer: layers.conv2d({ filters: 3, kernelSize: 2, activation: "relu" }),
      }),
      layers.timeDistributed({ layer: layers.globalAveragePooling2d({}) }),
      layers.timeDistributed({ layer: layers.dense({ units: 4, activation: "tanh" }) }),
    ]),
  },
  {
    name: "transformer",
    dynamic: true,
    make: () =>
      q.models.transformerEncoder({
        ...{ inputShape: [8, 8, 1], classes: 4, units: 8, heads: 2, blocks: 1, seed: 2 },
      }),
  },
  {
    name: "normalized",
    make: stack(() => [layers.layerNormalization({ ...steps }), layers.dense({ units: 3 })]),
  },
  {
    name: "slopes",
    make: stack(() => [
      conv({ ...image }),
      layers.prelu({ sharedAxes: [1, 2] }),
      layers.flatten({}),
      layers.prelu({}),
    ]),
  },
];

/** Models with drawn weights. */
export const floatCases: FloatCase[] = cases.map((plain, i) => ({
  ...plain,
  make: () => randomize(plain.make(), i + 1),
}));

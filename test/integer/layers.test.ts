import { describe, expect, it } from "vitest";
import * as q from "../../src/index.js";
import { generator } from "../fixtures/generator.js";
import { hill, randomize } from "../fixtures/index.js";

const { tf } = q;
const { layers } = tf;
type Layer = q.tf.LayersModel["layers"][number];
type Symbolic = q.tf.SymbolicTensor;

const int8 = q.scheme({ weights: q.int(8, { per: "channel" }), activations: q.uint(8) });
const asymmetric = q.scheme({
  weights: q.int(8, { per: "channel" }),
  activations: q.int(8, { symmetric: false }),
});

const image = [6, 6, 2];
const steps = [8, 3];
const first = { dataFormat: "channelsFirst" } as const;
const conv2d = (options: object = {}) => layers.conv2d({ filters: 3, kernelSize: 3, ...options });
const conv1d = (options: object = {}) => layers.conv1d({ filters: 4, kernelSize: 3, ...options });

/** Layers between an input and the logits, with the input's shape. */
const chains: Record<string, [number[], () => Layer[]]> = {
  "a dense layer with tanh": [[5], () => [layers.dense({ units: 4, activation: "tanh" })]],
  "a dense layer on steps": [steps, () => [layers.dense({ units: 4, activation: "relu" })]],
  "a convolution with strides": [image, () => [conv2d({ strides: 2, padding: "same" })]],
  "a dilated convolution": [image, () => [conv2d({ dilationRate: 2, activation: "relu6" })]],
  "a convolution, then relu of its own": [image, () => [conv2d(), layers.reLU({ maxValue: 6 })]],
  "a depthwise convolution": [
    image,
    () => [layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, padding: "same" })],
  ],
  "a separable convolution": [
    image,
    () => [layers.separableConv2d({ filters: 4, kernelSize: 3, activation: "relu" })],
  ],
  "a transposed convolution": [
    image,
    () => [layers.conv2dTranspose({ filters: 3, kernelSize: 3, strides: 2, padding: "same" })],
  ],
  "a Conv1D": [steps, () => [conv1d({ padding: "same", activation: "relu" })]],
  "a causal, dilated Conv1D": [steps, () => [conv1d({ padding: "causal", dilationRate: 2 })]],
  "a Conv1D with strides and sigmoid": [
    steps,
    () => [conv1d({ strides: 2, activation: "sigmoid" })],
  ],
  "max pooling": [image, () => [conv2d(), layers.maxPooling2d({ poolSize: 2 })]],
  "max pooling of steps": [steps, () => [conv1d(), layers.maxPooling1d({ poolSize: 2 })]],
  "average pooling": [image, () => [conv2d(), layers.averagePooling2d({ poolSize: 2 })]],
  "padded average pooling": [
    image,
    () => [layers.averagePooling2d({ poolSize: 4, strides: 2, padding: "same" })],
  ],
  "average pooling of steps": [steps, () => [layers.averagePooling1d({ poolSize: 2 })]],
  "a global mean": [image, () => [conv2d(), layers.globalAveragePooling2d({})]],
  "a global mean of steps": [steps, () => [conv1d(), layers.globalAveragePooling1d({})]],
  "a global maximum": [image, () => [conv2d(), layers.globalMaxPooling2d({})]],
  "a global maximum of steps": [steps, () => [conv1d(), layers.globalMaxPool1d({})]],
  "padding, cropping and repeated pixels": [
    image,
    () => [
      layers.zeroPadding2d({
        padding: [
          [1, 2],
          [0, 1],
        ],
      }),
      layers.cropping2D({
        cropping: [
          [0, 1],
          [1, 1],
        ],
      }),
      layers.upSampling2d({ size: [2, 3] }),
      conv2d(),
    ],
  ],
  "reshape, permute and repeat": [
    [6],
    () => [
      layers.reshape({ targetShape: [2, 3] }),
      layers.permute({ dims: [2, 1] }),
      layers.flatten(),
      layers.repeatVector({ n: 3 }),
    ],
  ],
  "batch normalization that nothing takes in": [
    image,
    () => [
      layers.maxPooling2d({ poolSize: 2 }),
      layers.batchNormalization({}),
      conv2d({ kernelSize: 2 }),
    ],
  ],
  "batch normalization of vectors": [
    [5],
    () => [layers.batchNormalization({}), layers.dense({ units: 4, activation: "relu" })],
  ],
  "leaky relu": [image, () => [conv2d(), layers.leakyReLU({ alpha: 0.2 })]],
  "elu, and dropout": [
    [5],
    () => [layers.dense({ units: 4 }), layers.elu({}), layers.dropout({ rate: 0.5 })],
  ],
  "layer normalization": [[6], () => [layers.layerNormalization({}), layers.dense({ units: 4 })]],
  "a slope for each channel": [
    image,
    () => [conv2d(), layers.prelu({ alphaInitializer: "glorotNormal", sharedAxes: [1, 2] })],
  ],
  "a slope for each value": [
    [5],
    () => [layers.dense({ units: 4 }), layers.prelu({ alphaInitializer: "glorotNormal" })],
  ],
  "channels first": [
    [2, 6, 6],
    () => [
      conv2d({ ...first, activation: "relu" }),
      layers.depthwiseConv2d({ ...first, kernelSize: 2 }),
      layers.leakyReLU({ alpha: 0.2 }),
      layers.maxPooling2d({ ...first, poolSize: 2 }),
      layers.flatten(first),
    ],
  ],
  "channels first, and batch normalization": [
    [2, 6, 6],
    () => [
      layers.maxPooling2d({ ...first, poolSize: 2 }),
      layers.batchNormalization({ axis: 1 }),
      layers.upSampling2d({ ...first, size: [2, 2] }),
      conv2d(first),
      layers.globalAveragePooling2d(first),
    ],
  ],
  "a dense layer on each step": [
    steps,
    () => [layers.timeDistributed({ layer: layers.dense({ units: 4, activation: "sigmoid" }) })],
  ],
  "a convolution on each step": [
    [3, 6, 6, 2],
    () => [
      layers.timeDistributed({ layer: conv2d({ activation: "relu" }) }),
      layers.timeDistributed({ layer: layers.averagePooling2d({ poolSize: 2 }) }),
      layers.timeDistributed({ layer: layers.flatten() }),
    ],
  ],
  "a convolution on each step, channels first": [
    [3, 2, 6, 6],
    () => [
      layers.timeDistributed({ layer: conv2d({ ...first, activation: "relu" }) }),
      layers.timeDistributed({ layer: layers.flatten(first) }),
    ],
  ],
  "softplus between layers": [[5], () => [layers.activation({ activation: "softplus" })]],
};

function chain(shape: number[], make: () => Layer[]): q.tf.LayersModel {
  const input = tf.input({ shape });
  let value = input as Symbolic;
  for (const layer of make()) value = layer.apply(value) as Symbolic;
  const flat = value.shape.length > 2 ? (layers.flatten().apply(value) as Symbolic) : value;
  const logits = layers.dense({ name: "logits", units: 3 }).apply(flat) as Symbolic;
  return randomize(tf.model({ inputs: input, outputs: logits }), 11);
}

/** Layers of several inputs. */
const graphs: Record<string, () => q.tf.LayersModel> = {
  "a sum, then relu": () =>
    branches((a, b) => layers.reLU({}).apply(layers.add().apply([a, b])) as Symbolic),
  "a product": () => branches((a, b) => layers.multiply().apply([a, b]) as Symbolic),
  "a product with a vector": () =>
    branches((a, b) => {
      const mean = layers.globalAveragePooling2d({}).apply(b) as Symbolic;
      const gate = layers.dense({ units: 4, activation: "sigmoid" }).apply(mean) as Symbolic;
      const wide = layers.reshape({ targetShape: [1, 1, 4] }).apply(gate) as Symbolic;
      return layers.multiply().apply([a, wide]) as Symbolic;
    }),
  "a maximum": () => branches((a, b) => layers.maximum().apply([a, b]) as Symbolic),
  "a sum of four": () => several((all) => layers.add().apply(all) as Symbolic),
  "a product of three": () =>
    several(([a, b, c]) => layers.multiply().apply([a!, b!, c!]) as Symbolic),
  "a mean of two": () => branches((a, b) => layers.average().apply([a, b]) as Symbolic),
  "a mean of four": () => several((all) => layers.average().apply(all) as Symbolic),
  "a maximum of four": () => several((all) => layers.maximum().apply(all) as Symbolic),
  "a minimum": () => branches((a, b) => layers.minimum().apply([a, b]) as Symbolic),
  "a concatenation of channels": () =>
    branches((a, b) => layers.concatenate().apply([a, b]) as Symbolic),
  "a concatenation of rows, whose input is read twice": () =>
    branches((a, b) => {
      const joined = layers.concatenate({ axis: 1 }).apply([a, b]);
      const again = layers.maxPooling2d({ poolSize: 2 }).apply(joined) as Symbolic;
      const other = conv2d({ kernelSize: 1, filters: 4 }).apply(a) as Symbolic;
      const small = layers.globalMaxPooling2d({}).apply(other) as Symbolic;
      const flat = layers.flatten().apply(again) as Symbolic;
      return layers.concatenate().apply([flat, small]) as Symbolic;
    }),
};

function branches(join: (a: Symbolic, b: Symbolic) => Symbolic): q.tf.LayersModel {
  const input = tf.input({ shape: image });
  const [a, b] = ["relu", "linear"].map(
    (activation) => conv2d({ filters: 4, padding: "same", activation }).apply(input) as Symbolic,
  );
  const joined = join(a!, b!);
  const flat = joined.shape.length > 2 ? (layers.flatten().apply(joined) as Symbolic) : joined;
  const logits = layers.dense({ name: "logits", units: 3 }).apply(flat) as Symbolic;
  return randomize(tf.model({ inputs: input, outputs: logits }), 12);
}

/** Four branches: two of an image, and two of a mean of it that broadcast. */
function several(join: (all: Symbolic[]) => Symbolic): q.tf.LayersModel {
  return branches((a, b) => {
    const other = conv2d({ filters: 4, kernelSize: 1 }).apply(a) as Symbolic;
    const last = conv2d({ filters: 4, kernelSize: 1, activation: "tanh" }).apply(b) as Symbolic;
    return join([a, b, other, last]);
  });
}

/** The largest difference with which a graph passes, in codes: values that are joined in parts are rounded for each. */
const parts: Record<string, number> = {
  "a sum of four": 4,
  "a product of three": 4,
  "a mean of four": 4,
};

async function compare(model: q.tf.LayersModel, scheme: ReturnType<typeof q.scheme>, steps = 2) {
  const shape = model.inputs[0]!.shape.slice(1) as number[];
  const xs = hill([12, ...shape], generator(3));
  const prepared = await q.quantize(model, scheme, { calibration: { xs } });
  const integer = q.convert(prepared, { calibration: { xs } });
  const [a, b] = [prepared, integer].map((one) => (one.predict(xs) as q.tf.Tensor).dataSync());
  const { program } = integer;
  const step = program.tensors[program.outputs[0]!]!.scale[0]!;
  const worst = Math.max(...Array.from(a!, (value, i) => Math.abs(value - b![i]!)));
  const spread = Math.max(...a!) - Math.min(...a!);
  expect(worst).toBeLessThan(steps * step);
  expect(worst / spread).toBeLessThan(0.05);
  for (const kernel of ["tflite-reference", "tflite-optimized"] as const) {
    const codes = integer.as(kernel).codes(xs)[0]!;
    const own = integer.codes(xs)[0]!;
    expect(codes.every((code, i) => Math.abs(code - own[i]!) <= steps)).toBe(true);
  }
  for (const one of [model, prepared, integer]) one.dispose();
}

it("layers whose channels come first share their transpositions", async () => {
  const [shape, make] = chains["channels first"]!;
  const model = chain(shape, make);
  const xs = hill([12, ...shape], generator(3));
  const prepared = await q.quantize(model, int8, { calibration: { xs } });
  const integer = q.convert(prepared, { calibration: { xs } });
  const types = integer.program.ops.map(({ type }) => type);
  // One before the first convolution, and two around the leaky ReLU, which has no order of axes.
  expect(types.filter((type) => type === "transpose")).toHaveLength(3);
  expect(new Set(integer.program.tensors.map(({ name }) => name)).size).toBe(
    integer.program.tensors.length,
  );
  for (const one of [model, prepared, integer]) one.dispose();
});

it("the steps of a sequence share the weights of a layer", async () => {
  const [shape, make] = chains["a convolution on each step"]!;
  const model = chain(shape, make);
  const xs = hill([12, ...shape], generator(3));
  const prepared = await q.quantize(model, int8, { calibration: { xs } });
  const { ops } = q.convert(prepared, { calibration: { xs } }).program;
  const convolutions = ops.filter(({ type }) => type === "conv2d");
  expect(convolutions).toHaveLength(3);
  expect(new Set(convolutions.flatMap(({ inputs }) => inputs.slice(1))).size).toBe(2);
  for (const one of [model, prepared]) one.dispose();
});

describe("an integer model is within a few codes of the prepared one", () => {
  it.each(Object.entries(chains))("%s", { tags: "slow" }, async (_, [shape, make]) => {
    await compare(chain(shape, make), int8);
    await compare(chain(shape, make), asymmetric);
  });

  it.each(Object.entries(graphs))("%s", { tags: "slow" }, async (name, make) => {
    await compare(make(), int8, parts[name]);
  });

  const perTensor = q.scheme({ weights: q.int(8), activations: q.uint(8) });
  const gates = { units: 5, recurrentActivation: "sigmoid" } as const;
  const recurrent: Record<string, () => Layer> = {
    "an LSTM": () => layers.lstm(gates),
    "an LSTM of sequences, backwards": () =>
      layers.lstm({ ...gates, returnSequences: true, goBackwards: true }),
    "a GRU": () => layers.gru(gates) as Layer,
    "a GRU with the reset after the product": () =>
      new q.models.layers.GRU({ ...gates, resetAfter: true }) as Layer,
  };
  const both = (mergeMode: "concat" | "sum" | "ave" | "mul", layer: Layer) =>
    layers.bidirectional({ layer: layer as never, mergeMode });
  const pairs: Record<string, () => Layer> = {
    "a simple recurrent layer": () => layers.simpleRNN({ units: 5 }),
    "a simple recurrent layer of sequences, backwards": () =>
      layers.simpleRNN({ units: 5, returnSequences: true, goBackwards: true }),
    "an LSTM in both directions": () => both("concat", layers.lstm(gates)),
    "an LSTM of sequences in both directions": () =>
      both("concat", layers.lstm({ ...gates, returnSequences: true })),
    "a GRU in both directions, whose states are added": () =>
      both("sum", layers.gru({ ...gates, returnSequences: true }) as Layer),
    "simple recurrent layers in both directions, whose mean is taken": () =>
      both("ave", layers.simpleRNN({ units: 5 })),
    "an LSTM in both directions, whose states are multiplied": () =>
      both("mul", layers.lstm(gates)),
  };
  it.each(Object.entries({ ...recurrent, ...pairs }))("%s", { tags: "slow" }, async (_, make) => {
    await compare(
      chain([7, 4], () => [make()]),
      perTensor,
      4,
    );
  });

  it("a transformer", { tags: "slow" }, async () => {
    const model = q.models.transformerEncoder({
      ...{ inputShape: [8, 8, 1], classes: 4, units: 16, heads: 2, blocks: 1, seed: 2 },
    });
    await compare(model, int8, 6);
  });

  it("attention as one layer, and of other values", { tags: "slow" }, async () => {
    const self = new q.models.layers.MultiHeadAttention({ numHeads: 2, keyDim: 3 });
    await compare(
      chain([5, 6], () => [self as Layer]),
      int8,
      4,
    );
    const input = tf.input({ shape: [5, 6] });
    const other = layers.dense({ units: 4, activation: "relu" }).apply(input) as Symbolic;
    const crossed = new q.models.layers.MultiHeadAttention({
      ...{ numHeads: 2, keyDim: 3, valueDim: 2, outputShape: 7, useBias: false },
    }).apply([input, other]) as Symbolic;
    const flat = layers.flatten().apply(crossed) as Symbolic;
    const logits = layers.dense({ units: 3 }).apply(flat) as Symbolic;
    await compare(randomize(tf.model({ inputs: input, outputs: logits }), 13), int8, 4);
  });

  it("an embedding", { tags: "slow" }, async () => {
    const model = randomize(
      tf.sequential({
        layers: [
          layers.embedding({ inputDim: 7, outputDim: 3, inputLength: 4 }),
          layers.flatten(),
          layers.dense({ units: 2 }),
        ],
      }),
      4,
    );
    const xs = tf.tensor2d(
      [
        [0, 1, 2, 3],
        [6, 5, 4, 0],
        [3, 3, 1, 2],
      ],
      undefined,
      "int32",
    );
    const scheme = q.scheme({ weights: q.int(8), activations: q.uint(8) });
    const prepared = await q.quantize(model, scheme, { calibration: { xs } });
    const integer = q.convert(prepared);
    const [a, b] = [prepared, integer].map((one) => (one.predict(xs) as q.tf.Tensor).dataSync());
    for (const [i, value] of a!.entries()) expect(b![i]).toBeCloseTo(value, 1);
  });
});

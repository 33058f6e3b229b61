import { describe, expect, it } from "vitest";
import * as q from "../../src/index.js";

const { tf } = q;
const { layers } = tf;
const scheme = q.scheme({ weights: q.int(8), activations: q.uint(3) });
const vectors = tf.randomNormal([64, 4], 0, 1, "float32", 1);
const images = tf.randomNormal([16, 8, 8, 3], 0, 1, "float32", 1);
const steps = tf.randomNormal([32, 6, 3], 0, 1, "float32", 1);

const distinct = (tensor: q.tf.Tensor) => new Set(tensor.dataSync()).size;

/** The layers that compute in a model, before the layers that pass their output on, and examples. */
const bodies = {
  vector: () => ({
    xs: vectors,
    body: [
      layers.dense({ units: 16, activation: "relu", inputShape: [4] }),
      layers.dense({ units: 6 }),
    ],
  }),
  image: () => ({
    xs: images,
    body: [layers.conv2d({ filters: 2, kernelSize: 3, inputShape: [8, 8, 3] })],
  }),
  steps: () => ({
    xs: steps,
    body: [layers.conv1d({ filters: 4, kernelSize: 1, inputShape: [6, 3] })],
  }),
};

const L = layers;
const endings: [string, keyof typeof bodies, () => InstanceType<typeof tf.layers.Layer>[]][] = [
  ["Reshape", "vector", () => [L.reshape({ targetShape: [3, 2] })]],
  ["Dropout", "vector", () => [L.dropout({ rate: 0.1 })]],
  [
    "Dropout, Reshape, Permute",
    "vector",
    () => [
      L.dropout({ rate: 0.1 }),
      L.reshape({ targetShape: [3, 2] }),
      L.permute({ dims: [2, 1] }),
    ],
  ],
  ["RepeatVector", "vector", () => [L.repeatVector({ n: 2 })]],
  ["a linear Activation", "vector", () => [L.activation({ activation: "linear" })]],
  ["Rescaling", "vector", () => [L.rescaling({ scale: 3, offset: 1 })]],
  ["GaussianNoise", "vector", () => [L.gaussianNoise({ stddev: 0.1 })]],
  ["Flatten", "image", () => [L.flatten()]],
  ["UpSampling2D", "image", () => [L.upSampling2d({ size: [2, 2] })]],
  [
    "Cropping2D",
    "image",
    () => [
      L.cropping2D({
        cropping: [
          [1, 1],
          [1, 1],
        ],
      }),
    ],
  ],
  ["ZeroPadding2D", "image", () => [L.zeroPadding2d({ padding: 1 })]],
  ["MaxPooling2D", "image", () => [L.maxPooling2d({ poolSize: 2 })]],
  ["GlobalMaxPooling2D", "image", () => [L.globalMaxPooling2d({})]],
  ["AveragePooling2D, Flatten", "image", () => [L.averagePooling2d({ poolSize: 2 }), L.flatten()]],
  [
    "TimeDistributed Flatten",
    "steps",
    () => [
      L.reshape({ targetShape: [6, 2, 2] }),
      L.timeDistributed({ layer: L.flatten() as never }),
    ],
  ],
];

describe("the output of a prepared model stays in float", () => {
  it.each(endings)("behind %s", { tags: "slow" }, async (_, kind, ending) => {
    const { xs, body } = bodies[kind]();
    const [bare, model] = [[], ending()].map((end) => tf.sequential({ layers: [...body, ...end] }));
    const qat = await q.prepare(model!, scheme, { calibration: { xs } });
    const output = qat.predict(xs) as q.tf.Tensor;
    // Eight values would be rounded ones.
    expect(distinct(output)).toBeGreaterThan(12);
    // The output isn't clipped to a range either: before the ending, the model computes the same as the bare
    // model.
    const before = qat.layers.find(({ name }) => name === body.at(-1)!.name) as q.QuantizedLayer;
    expect(before.outputQuantizer).toBeUndefined();
    expect(bare!.layers).toHaveLength(body.length);
  });

  it("behind Concatenate and Reshape, of several heads", async () => {
    const input = tf.input({ shape: [4] });
    const heads = [1, 2].map(
      (units) => layers.dense({ name: `head${units}`, units }).apply(input) as q.tf.SymbolicTensor,
    );
    const joined = layers.concatenate().apply(heads) as q.tf.SymbolicTensor;
    const output = layers.reshape({ targetShape: [3, 1] }).apply(joined) as q.tf.SymbolicTensor;
    const qat = await q.prepare(tf.model({ inputs: input, outputs: output }), scheme, {
      calibration: { xs: vectors },
    });
    expect(distinct(qat.predict(vectors) as q.tf.Tensor)).toBeGreaterThan(12);
  });
});

describe("a value that only a nonlinearity or a concatenation reads is rounded once, after it", () => {
  const roundedIn = (qat: q.tf.LayersModel) =>
    qat.layers
      .filter((layer) => layer instanceof q.QuantizedLayer && layer.outputQuantizer)
      .map(({ name }) => name);

  it("behind Dropout and pooling", async () => {
    const model = tf.sequential({
      layers: [
        L.conv2d({ name: "conv", filters: 2, kernelSize: 3, inputShape: [8, 8, 3] }),
        L.maxPooling2d({ name: "pool", poolSize: 2 }),
        L.dropout({ name: "drop", rate: 0.1 }),
        L.reLU({ name: "relu" }),
        L.flatten({ name: "flat" }),
        L.dense({ name: "end", units: 2 }),
      ],
    });
    const qat = await q.prepare(model, scheme, { calibration: { xs: images } });
    expect(roundedIn(qat)).toEqual(["conv_input_quantized", "relu"]);
  });

  it("behind Flatten, at the joined range", async () => {
    const input = tf.input({ shape: [8, 8, 3], name: "image" });
    const branches = [1, 2].map((filters) => {
      const conv = L.conv2d({ name: `conv${filters}`, filters, kernelSize: 3 }).apply(input);
      return L.flatten().apply(conv) as q.tf.SymbolicTensor;
    });
    const joined = L.concatenate({ name: "joined" }).apply(branches) as q.tf.SymbolicTensor;
    const output = L.dense({ name: "end", units: 2 }).apply(joined) as q.tf.SymbolicTensor;
    const model = tf.model({ inputs: input, outputs: output });
    const qat = await q.prepare(model, scheme, { calibration: { xs: images } });
    expect(roundedIn(qat)).toEqual(["image_quantized", "joined"]);
  });
});

import { describe, expect, it } from "vitest";
import { foldBatchNorm, tf } from "../../src/index.js";

const random = (shape: number[], from: number, to: number, seed: number) =>
  tf.randomUniform(shape, from, to, "float32", seed);

/** Gives every weight of a model a random value; variances are positive. */
function randomize(model: tf.LayersModel, seed: number): tf.LayersModel {
  tf.tidy(() => {
    model.setWeights(
      model.weights.map((weight, i) =>
        weight.name.includes("variance")
          ? random(weight.shape as number[], 0.2, 3, seed + i)
          : random(weight.shape as number[], -1, 1, seed + i),
      ),
    );
  });
  return model;
}

function expectSame(model: tf.LayersModel, folded: tf.LayersModel): void {
  tf.tidy(() => {
    const x = random([16, ...(model.inputs[0]!.shape.slice(1) as number[])], -1, 1, 9);
    const a = (model.predict(x) as tf.Tensor).dataSync();
    const b = (folded.predict(x) as tf.Tensor).dataSync();
    const size = Math.max(...a.map(Math.abs));
    a.forEach((value, i) => {
      expect(Math.abs(value - b[i]!)).toBeLessThan(1e-5 * size);
    });
  });
}

const { layers } = tf;
const cases: [string, () => tf.LayersModel][] = [
  [
    "a one-dimensional convolution",
    () =>
      tf.sequential({
        layers: [
          layers.conv1d({ filters: 5, kernelSize: 3, inputShape: [8, 3] }),
          layers.batchNormalization(),
        ],
      }),
  ],
  [
    "a separable convolution",
    () =>
      tf.sequential({
        layers: [
          layers.separableConv2d({ filters: 5, kernelSize: 3, inputShape: [8, 8, 3] }),
          layers.batchNormalization(),
        ],
      }),
  ],
  [
    "a transposed convolution without bias",
    () =>
      tf.sequential({
        layers: [
          layers.conv2dTranspose({
            filters: 5,
            kernelSize: 3,
            useBias: false,
            inputShape: [8, 8, 3],
          }),
          layers.batchNormalization(),
        ],
      }),
  ],
  [
    "a convolution without bias",
    () =>
      tf.sequential({
        layers: [
          layers.conv2d({ filters: 5, kernelSize: 3, useBias: false, inputShape: [8, 8, 3] }),
          layers.batchNormalization(),
          layers.reLU(),
        ],
      }),
  ],
  [
    "a depthwise convolution with bias and a depth multiplier",
    () =>
      tf.sequential({
        layers: [
          layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, inputShape: [8, 8, 3] }),
          layers.batchNormalization(),
        ],
      }),
  ],
  [
    "a dense layer, normalized without gamma",
    () =>
      tf.sequential({
        layers: [
          layers.dense({ units: 6, inputShape: [12] }),
          layers.batchNormalization({ scale: false, epsilon: 0.01 }),
        ],
      }),
  ],
  [
    "a dense layer, normalized without beta",
    () =>
      tf.sequential({
        layers: [
          layers.dense({ units: 6, inputShape: [12] }),
          layers.batchNormalization({ center: false }),
        ],
      }),
  ],
];

describe("foldBatchNorm", () => {
  it.each(cases)("leaves the predictions of %s within 1e-5", (_, make) => {
    const model = randomize(make(), 1);
    const folded = foldBatchNorm(model);
    expect(folded.layers.some((layer) => layer.getClassName() === "BatchNormalization")).toBe(
      false,
    );
    expectSame(model, folded);
  });

  it("keeps a normalization whose layer has another reader or a nonlinearity", () => {
    const input = tf.input({ shape: [6] });
    const shared = layers.dense({ units: 6 }).apply(input) as tf.SymbolicTensor;
    const normal = layers.batchNormalization().apply(shared) as tf.SymbolicTensor;
    const bent = layers.dense({ units: 6, activation: "relu" }).apply(normal) as tf.SymbolicTensor;
    const last = layers.batchNormalization().apply(bent) as tf.SymbolicTensor;
    const sum = layers.add().apply([shared, last]) as tf.SymbolicTensor;
    const model = randomize(tf.model({ inputs: input, outputs: sum }), 2);
    const folded = foldBatchNorm(model);
    expect(folded.layers.length).toBe(model.layers.length);
    expectSame(model, folded);
  });
});

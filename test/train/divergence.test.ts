import { beforeAll, describe, expect, it } from "vitest";
import * as q from "../../src/index.js";
import { cnn, digits, weights } from "../fixtures/index.js";

const { tf } = q;
let train: q.Dataset;

beforeAll(async () => {
  train = (await digits()).train.take(200);
});

const settings = { epochs: 6, seed: 3, progress: false, schedule: "constant" } as const;

async function diverging(model: q.tf.LayersModel, data: q.TrainingData, options: object) {
  const error = await q.fit(model, data, { ...settings, ...options }).then(
    () => undefined,
    (error) => error,
  );
  expect(error).toBeInstanceOf(q.DivergenceError);
  return error as q.DivergenceError;
}

/** Numbers that get too large at a step: the weights grow by the same factor each time. */
const line = () =>
  tf.sequential({
    layers: [tf.layers.dense({ name: "line", units: 1, inputShape: [2], useBias: false })],
  });
const points = { xs: tf.tensor2d(Array(80).fill([1e6, 0])), ys: tf.zeros([80, 1]) };
const growing = { loss: "meanSquaredError", optimizer: "sgd", learningRate: 1e-3, batchSize: 8 };

describe("a loss that isn't a number", () => {
  it.each([
    ["eager", { compile: false }],
    ["compiled", { rewrite: false }],
  ])(
    "stops the %s training, with the weights from before that step",
    { tags: "slow" },
    async (_, mode) => {
      const model = line();
      const start = tf.tensor2d([[1], [2]]);
      model.setWeights([start]);
      const error = await diverging(model, points, { ...growing, ...mode });
      // w ← w − lr · 2 · 10¹² · w: twenty orders of magnitude in two steps, then its square is infinite.
      const factor = 1 - 2e-3 * 1e12;
      let [w, step] = [1, 0];
      while (Number.isFinite(Math.fround((w * 1e6) ** 2)) && ++step) w *= factor;
      expect([error.step, error.epoch]).toEqual([step + 1, 1]);
      const [[first]] = weights(model) as [[number, number]];
      expect(first / w).toBeCloseTo(1, 3);
      expect(error.message).toMatch(
        /q\.fit stopped at step \d+ \(epoch 1, batch \d+ of 10\): the loss is Infinity\. First not finite: the loss itself \(Infinity\), of outputs .*e\+\d+ to .*e\+\d+\. The model has the weights from before that step\./,
      );
    },
  );

  it("is found in later epochs and in a net, with its layer, its input and its weights", {
    tags: "slow",
  }, async () => {
    const model = cnn();
    const learningRate = 0.01;
    const schedule = (step: number) => (step === 9 ? 1e38 : learningRate);
    const reference = cnn();
    const nine = { schedule, compile: false };
    const stop = new AbortController();
    let steps = 0;
    const callbacks = { onBatchEnd: () => void (++steps === 10 && stop.abort()) };
    const ended = q.fit(reference, train, { ...settings, ...nine, callbacks, signal: stop.signal });
    await expect(ended).rejects.toThrow("abort");

    const error = await diverging(model, train, nine);
    expect([error.step, error.epoch, error.layer]).toEqual([11, 3, "conv_bn"]);
    expect(error.message).toMatch(
      /batch 3 of 4\): the loss is NaN\. First not finite: the output of layer "conv_bn" \(BatchNormalization\), .*NaN.*; its input .* to .*; gamma .* to .*; beta/,
    );
    expect(weights(model)).toEqual(weights(reference));
  });

  it("of data that aren't numbers says so", { tags: "slow" }, async () => {
    const xs = train.xs.clone();
    const values = xs.dataSync().slice();
    values[64 * 150 + 3] = Number.NaN;
    const data = { xs: tf.tensor(values, xs.shape), ys: train.ys };
    const loss: q.LossFunction = (labels, logits) =>
      tf.losses.softmaxCrossEntropy(tf.oneHot(labels.reshape([-1]), 10), logits);
    const error = await diverging(cnn(), data, { loss, shuffle: false });
    expect([error.step, error.layer]).toEqual([3, undefined]);
    expect(error.message).toContain("the batch's inputs, 1 NaN of 4096 values, the others 0 to 1.");
  });

  it("of a model that had no numbers from the beginning names its layer", {
    tags: "slow",
  }, async () => {
    const model = cnn();
    const layer = model.getLayer("pointwise");
    layer.setWeights(layer.getWeights().map((w) => tf.fill(w.shape, Number.NaN)));
    const error = await diverging(model, train, {});
    expect([error.step, error.layer]).toEqual([1, "pointwise"]);
    expect(error.message).toContain("Load or make the model anew.");
  });
});

it("weights that stop being numbers behind a loss that doesn't show it stop the training", async () => {
  // Values that are rounded to a grid are finite again, but the latent weights are lost all the same.
  class Hiding extends tf.layers.Layer {
    static className = "Hiding";
    override call(inputs: q.tf.Tensor | q.tf.Tensor[]) {
      const [x] = [inputs].flat() as q.tf.Tensor[];
      return tf.customGrad((x: unknown) => ({
        value: tf.where(tf.isNaN(x as q.tf.Tensor), tf.zerosLike(x as q.tf.Tensor), x as never),
        gradFunc: (dy: q.tf.Tensor) => dy,
      }))(x!);
    }
  }
  const model = tf.sequential({ layers: [tf.layers.flatten({ inputShape: [8, 8, 1] })] });
  model.add(tf.layers.dense({ name: "first", units: 10 }));
  model.add(new Hiding({}));
  const schedule = (step: number) => (step === 5 ? 3e38 : 0.01);
  const error = await diverging(model, train, { schedule, compile: false, optimizer: "sgd" });
  expect(error.message).toMatch(/First not finite/);
  expect(error.step).toBeLessThanOrEqual(8);
  expect(weights(model).flat().every(Number.isFinite)).toBe(true);
});

it("a training that diverged leaves nothing behind but its model", { tags: "slow" }, async () => {
  const model = line();
  const held = tf.memory().numTensors;
  await diverging(model, points, growing);
  expect(tf.memory().numTensors).toBe(held);
});

describe("weights that aren't numbers any more", () => {
  it("are found where they became so, also when the losses stayed finite and the epoch is over", async () => {
    const model = line();
    model.setWeights([tf.tensor2d([[1], [2]])]);
    const start = weights(model);
    // The third batch has NaN in it; the loss is one that doesn't see it.
    const xs = tf.tensor2d(Array.from({ length: 24 }, (_, i) => [i === 20 ? Number.NaN : 1, 0]));
    const loss = (_: q.tf.Tensor, outputs: q.tf.Tensor) =>
      tf.where(outputs.isNaN(), tf.zerosLike(outputs), outputs).mean();
    const options = { ...growing, loss, learningRate: 0.1, shuffle: false, epochs: 2 };
    const error = await diverging(model, { xs, ys: tf.zeros([24, 1]) }, options);
    expect([error.step, error.epoch]).toEqual([3, 1]);
    expect(error.message).toContain("(epoch 1, batch 3 of 3): its update made weights NaN");
    expect(error.message).toContain("First not finite: the batch's inputs, 1 NaN of 16 values");
    // Two steps were taken, each by the mean of the inputs.
    expect(weights(model)[0]![0]).toBeCloseTo(start[0]![0]! - 2 * 0.1, 5);
  });
});

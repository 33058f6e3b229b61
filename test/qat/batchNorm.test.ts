import { beforeAll, describe, expect, it, vi } from "vitest";
import * as q from "../../src/index.js";
import { joinBatchNorm } from "../../src/quantized/batchNorm/joinBatchNorm.js";
import { cnn, digits } from "../fixtures/index.js";

const { tf } = q;
const { layers } = tf;

const random = (shape: number[], seed: number, [from, to] = [-1, 1]) =>
  tf.randomUniform(shape, from, to, "float32", seed);

/**
 * Convolutions of all kinds before batch normalizations of all kinds, with statistics of their own. tfjs's own
 * can't train without γ or β (it reads them all the same): its `twin` has ones and zeros there.
 */
function net({ twin = false } = {}): q.tf.LayersModel {
  const normalization = (more: object = {}) =>
    layers.batchNormalization({ momentum: 0.8, epsilon: 1e-3, ...more });
  const model = tf.sequential({
    layers: [
      layers.conv2d({ inputShape: [8, 8, 2], filters: 4, kernelSize: 3, padding: "same" }),
      normalization(),
      layers.reLU(),
      layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, useBias: false }),
      normalization({ scale: twin }),
      layers.reLU(),
      layers.conv2d({ filters: 6, kernelSize: 1, strides: 2, useBias: false }),
      normalization({ center: twin }),
      layers.flatten(),
      layers.dense({ units: 5 }),
      normalization({ epsilon: 0.1 }),
    ],
  });
  model.layers.forEach((layer, i) => {
    const values = layer.weights.map(({ shape, originalName }, k) => {
      const name = originalName.split("/").at(-1);
      if (name === "moving_variance") return random(shape as number[], i, [0.2, 2]);
      if (twin && i === 4 && name === "gamma") return tf.ones(shape as number[]);
      if (twin && i === 7 && name === "beta") return tf.zeros(shape as number[]);
      return random(
        shape as number[],
        10 * i + (name === "beta" ? 9 : name === "moving_mean" ? 8 : k),
        [-0.7, 0.9],
      );
    });
    layer.setWeights(values);
  });
  return model;
}

const largest = (a: q.tf.Tensor, b: q.tf.Tensor) => {
  const size = Math.max(...a.abs().dataSync());
  return Math.max(...a.sub(b).abs().dataSync()) / size;
};
const xs = random([16, 8, 8, 2], 99);

describe("batch normalization trained folded, in float", () => {
  it("gives the numbers of convolution and normalization, in inference and in training, to 1e-5", {
    tags: "slow",
  }, () => {
    const [model, fused] = [net({ twin: true }), joinBatchNorm(net())];
    expect(fused.layers.map((layer) => layer.getClassName())).not.toContain("BatchNormalization");
    const run = (one: q.tf.LayersModel, training: boolean) =>
      one.apply(xs, { training }) as q.tf.Tensor;
    expect(largest(run(model, false), run(fused, false))).toBeLessThan(1e-5);
    for (let step = 0; step < 3; step++) {
      expect(largest(run(model, true), run(fused, true))).toBeLessThan(1e-5);
    }
    // Averages have moved, and moved alike.
    expect(largest(run(model, false), run(net(), false))).toBeGreaterThan(0.01);
    expect(largest(run(model, false), run(fused, false))).toBeLessThan(1e-5);
  });

  it("takes convolutions of sequences", () => {
    const input = { inputShape: [9, 3], filters: 4, kernelSize: 3 };
    const model = tf.sequential({ layers: [layers.conv1d(input), layers.batchNormalization()] });
    model.setWeights(model.getWeights().map(({ shape }, i) => random(shape, i, [0.2, 1])));
    const x = random([5, 9, 3], 50);
    const fused = joinBatchNorm(model);
    expect(fused.layers.map((layer) => layer.getClassName())).toEqual([
      "InputLayer",
      "TrainedBatchNorm",
      "Activation", // does nothing, under the name of the model's output
    ]);
    for (const training of [false, true]) {
      const [a, b] = [model, fused].map((one) => one.apply(x, { training }) as q.tf.Tensor);
      expect(largest(a!, b!)).toBeLessThan(1e-5);
    }
  });

  it("has the gradients that convolution and normalization have", { tags: "slow" }, () => {
    const gradients = (one: q.tf.LayersModel) => {
      const variables = one.trainableWeights.map((weight) => weight.read() as q.tf.Variable);
      const weights = random([16, 5], 7);
      const loss = () =>
        (one.apply(xs, { training: true }) as q.tf.Tensor).mul(weights).sum() as q.tf.Scalar;
      const { grads } = tf.variableGrads(loss, variables);
      return one.trainableWeights.map((weight) => ({
        name: weight.originalName.split("/").at(-1)!,
        gradient: grads[(weight.read() as q.tf.Variable).name]!,
      }));
    };
    const [a, b] = [gradients(net({ twin: true })), gradients(joinBatchNorm(net()))];
    // A bias before a normalization has no gradient; β takes its name.
    const of = (list: typeof a, ...names: string[]) =>
      list.filter(({ name }) => names.includes(name)).map(({ gradient }) => gradient);
    const kernels = [
      of(a, "kernel", "depthwise_kernel"),
      of(b, "kernel", "depthwise_kernel"),
    ] as const;
    const [gammas, betas] = [
      [of(a, "gamma").toSpliced(1, 1), of(b, "gamma")] as const,
      [of(a, "beta").toSpliced(2, 1), of(b, "bias")] as const,
    ];
    expect([kernels[0].length, gammas[0].length, betas[0].length]).toEqual([4, 3, 3]);
    for (const [theirs, ours] of [kernels, gammas, betas]) {
      expect(ours.length).toBe(theirs.length);
      theirs.forEach((gradient, i) => {
        expect(largest(gradient, ours[i]!)).toBeLessThan(1e-5);
      });
    }
  });
});

describe("a model prepared with batch normalization to be trained", () => {
  let train: q.Dataset;
  let model: q.tf.LayersModel;
  const scheme = q.scheme({ weights: q.int(4, { per: "channel" }), activations: q.uint(4) });
  const prepare = (more: object = {}) =>
    q.prepare(model, scheme, { calibration: train.take(64), batchNorm: "train", ...more });
  const logits = (one: q.tf.LayersModel) => one.predict(train.xs) as q.tf.Tensor;
  const fused = (one: q.tf.LayersModel, name: string) =>
    (one.getLayer(name) as q.QuantizedLayer).inner as q.qat.TrainedBatchNorm;
  const averages = (one: q.tf.LayersModel) =>
    ["conv", "depthwise", "pointwise"].map((name) => {
      const { mean, variance } = fused(one, name).statistics;
      return [mean, variance].map((weight) => [...weight.read().dataSync()]);
    });
  const values = (one: q.tf.LayersModel) => one.getWeights().map((w) => [...w.dataSync()]);
  const short = { epochs: 1, batchSize: 8, seed: 2, progress: false } as const;

  beforeAll(async () => {
    train = (await digits()).train.take(160);
    model = cnn({ seed: 3 });
    await q.fit(model, train, { ...short, compile: false });
  });

  it("computes without rounding the same as the float model, to 1e-5, in inference and in training", {
    tags: "slow",
  }, async () => {
    const prepared = await prepare();
    vi.spyOn(console, "warn").mockImplementationOnce(() => undefined);
    q.qat.disableFakeQuant(prepared);
    expect(largest(logits(model), logits(prepared))).toBeLessThan(1e-5);
    const run = (one: q.tf.LayersModel) => one.apply(train.xs, { training: true }) as q.tf.Tensor;
    const copy = cnn({ seed: 3 });
    copy.setWeights(model.getWeights());
    expect(largest(run(copy), run(prepared))).toBeLessThan(1e-5);
    expect(largest(logits(copy), logits(prepared))).toBeLessThan(1e-5);
  });

  it("begins as the folded one does, code by code", { tags: "slow" }, async () => {
    const [trained, folded] = [await prepare(), await prepare({ batchNorm: "fold" })];
    expect(largest(logits(folded), logits(trained))).toBeLessThan(1e-5);
  });

  it("leaves its statistics as they are when they are frozen, and computes with them", {
    tags: "slow",
  }, async () => {
    const prepared = await prepare();
    const start = averages(prepared);
    q.qat.freezeBatchNorm(prepared);
    const run = (training: boolean) => prepared.apply(train.xs, { training }) as q.tf.Tensor;
    expect(run(true).dataSync()).toEqual(run(false).dataSync());
    const before = values(prepared);
    await q.fit(prepared, train, { ...short, compile: false });
    expect(averages(prepared)).toEqual(start);
    expect(values(prepared)).not.toEqual(before);
    q.qat.unfreezeBatchNorm(prepared);
    await q.fit(prepared, train, { ...short, compile: false });
    expect(averages(prepared)).not.toEqual(start);
  });

  it.each(["clippedSte", "lsq"])(
    "folds after training to plain layers with the same numbers, bit for bit, %s",
    { tags: "slow" },
    async (estimator) => {
      const prepared = await prepare({ estimator });
      await q.fit(prepared, train, { ...short, compile: false });
      const folded = q.qat.foldTrainedBatchNorm(prepared);
      expect(logits(folded).dataSync()).toEqual(logits(prepared).dataSync());
      const types = folded.layers.map(
        (one) => one instanceof q.QuantizedLayer && one.inner.getClassName(),
      );
      expect(types).not.toContain("TrainedBatchNorm");
      expect((folded.getLayer("conv") as q.QuantizedLayer).inner.getWeights()).toHaveLength(2);
    },
  );

  it("comes back from a file as it was, modes included, and trains on as it would have", {
    tags: "slow",
  }, async () => {
    const prepared = await prepare({ movingAverage: true });
    q.qat.freezeBatchNorm(prepared);
    q.qat.disableObserver(prepared);
    let saved: Parameters<typeof tf.io.fromMemory>[0] | undefined;
    const handler = tf.io.withSaveHandler(async (artifacts) => {
      const { weightData, ...rest } = artifacts;
      saved = { ...JSON.parse(JSON.stringify(rest)), weightData } as never;
      return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: "JSON" } };
    });
    await prepared.save(handler);
    const loaded = await tf.loadLayersModel(tf.io.fromMemory(saved as never));
    expect(logits(loaded).dataSync()).toEqual(logits(prepared).dataSync());
    expect(fused(loaded, "conv").frozen).toBe(true);
    expect(q.qat.quantizers(loaded).some(({ observing }) => observing)).toBe(false);
    for (const one of [prepared, loaded]) {
      await q.fit(one, train, { ...short, compile: false });
    }
    expect(values(loaded)).toEqual(values(prepared));
  });

  it("takes statistics anew, as all examples in one batch have them", {
    tags: "slow",
  }, async () => {
    const prepared = await prepare();
    await q.fit(prepared, train, { ...short, compile: false });
    const before = averages(prepared);
    await q.qat.reestimateBatchNorm(prepared, train, { batchSize: 50 });
    expect(averages(prepared)).not.toEqual(before);
    const layer = prepared.getLayer("pointwise");
    const probe = tf.model({
      inputs: prepared.inputs,
      outputs: layer.input as q.tf.SymbolicTensor,
    });
    const [x, { latent, statistics }] = [
      probe.predict(train.xs) as q.tf.Tensor4D,
      fused(prepared, "pointwise"),
    ];
    const { mean, variance } = tf.moments(
      x.conv2d(latent.read() as q.tf.Tensor4D, 1, "valid"),
      [0, 1, 2],
    );
    expect(largest(mean, statistics.mean.read())).toBeLessThan(1e-5);
    expect(largest(variance, statistics.variance.read())).toBeLessThan(1e-5);
  });

  it("takes statistics anew in a float model, as those of all examples at once", {
    tags: "slow",
  }, async () => {
    const copy = cnn({ seed: 3 });
    copy.setWeights(model.getWeights());
    await q.qat.reestimateBatchNorm(copy, train, { batchSize: 37 });
    const probe = tf.model({ inputs: copy.inputs, outputs: copy.getLayer("depthwise").output });
    const { mean, variance } = tf.moments(probe.predict(train.xs) as q.tf.Tensor, [0, 1, 2]);
    const [, , own, spread] = copy.getLayer("depthwise_bn").getWeights();
    expect(largest(mean, own!)).toBeLessThan(1e-5);
    expect(largest(variance, spread!)).toBeLessThan(1e-5);
  });

  it("takes the values of all places where a layer is used, in nested models too", async () => {
    const shared = layers.batchNormalization({ name: "shared" });
    const inner = tf.sequential({
      layers: [layers.batchNormalization({ inputShape: [3], name: "inside" })],
    });
    const [a, b] = [tf.input({ shape: [3] }), tf.input({ shape: [3] })];
    const uses = [a, b].map((input) => shared.apply(input) as q.tf.SymbolicTensor);
    const outputs = inner.apply(layers.add().apply(uses)) as q.tf.SymbolicTensor;
    const model = tf.model({ inputs: [a, b], outputs });
    const [x, y] = [random([40, 3], 1), random([40, 3], 2, [2, 5])];
    await q.qat.reestimateBatchNorm(model, { xs: [x, y] }, { batchSize: 16 });
    const all = tf.moments(tf.concat([x, y]), 0);
    const [, , mean, variance] = shared.getWeights();
    expect(mean!.sub(all.mean).abs().max().dataSync()[0]).toBeLessThan(1e-5);
    expect(variance!.sub(all.variance).abs().max().dataSync()[0]).toBeLessThan(1e-5);
    const [sum] = [tf.add(shared.apply(x) as q.tf.Tensor, shared.apply(y) as q.tf.Tensor)];
    const [, , innerMean] = inner.layers.at(-1)!.getWeights();
    expect(innerMean!.sub(sum.mean(0)).abs().max().dataSync()[0]).toBeLessThan(1e-4);
  });

  it("is asked for by name, and by those who have it", { tags: "slow" }, async () => {
    await expect(prepare({ batchNorm: "both" })).rejects.toThrow(
      'invalid batchNorm: both (expected "fold" or "train")',
    );
    const folded = await prepare({ batchNorm: "fold" });
    for (const ask of [
      q.qat.foldTrainedBatchNorm,
      q.qat.freezeBatchNorm,
      q.qat.unfreezeBatchNorm,
    ]) {
      expect(() => ask(folded)).toThrow(
        /has no batch normalization that is trained .*batchNorm: "train"/,
      );
    }
    await expect(q.qat.reestimateBatchNorm(folded, train)).rejects.toThrow(
      "which may be folded already",
    );
    await expect(q.qat.reestimateBatchNorm(model, train, { batchSize: 0 })).rejects.toThrow(
      "invalid batchSize: 0",
    );
  });

  it("leaks nothing in training, folding and looking", { tags: "slow" }, async () => {
    const prepared = await prepare();
    const held = tf.memory().numTensors;
    await q.fit(prepared, train, { ...short, compile: false });
    await q.qat.reestimateBatchNorm(prepared, train);
    q.qat.foldTrainedBatchNorm(prepared).dispose();
    (prepared.getLayer("conv") as q.QuantizedLayer).quantizedKernel().dispose();
    expect(tf.memory().numTensors).toBe(held);
  });
});

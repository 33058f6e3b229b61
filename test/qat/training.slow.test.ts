import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as q from "../../src/index.js";
import { cnn, digits } from "../fixtures/index.js";

const { tf } = q;
const scheme = q.scheme({ weights: q.int(3, { per: "channel" }), activations: q.uint(4) });
let train: q.Dataset;
let calibration: q.Dataset;
let folder: string;
beforeAll(async () => {
  train = (await digits()).train.take(64);
  calibration = train.take(32);
  folder = mkdtempSync(join(tmpdir(), "qat-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const prepare = (options: Partial<q.PrepareOptions>) =>
  q.prepare(cnn({ seed: 2 }), scheme, { calibration, method: "minmax", ...options });
const logits = (model: q.tf.LayersModel) =>
  tf.tidy(() => (model.predict(train.xs) as q.tf.Tensor).dataSync());
const layerOf = (model: q.tf.LayersModel, name: string) => model.getLayer(name) as q.QuantizedLayer;
const steps = (model: q.tf.LayersModel, options: object = {}) =>
  q.fit(model, train, { epochs: 3, batchSize: 32, shuffle: false, progress: false, ...options });

describe("a prepared model in training", () => {
  it.each(["lsq", "pact", "lsqPlus"] as const)(
    "learns the ranges of %s, which come back from a file",
    async (estimator) => {
      const model = await prepare({ estimator });
      const ranges = () => q.qat.quantizers(model).map((quantizer) => [...quantizer.range().max]);
      const before = ranges();
      await steps(model);
      const moved = ranges().map((max, i) => max.some((end, c) => end !== before[i]![c]));
      expect(moved.some(Boolean)).toBe(true);
      const learns = q.qat.quantizers(model).map((one) => one.estimator.learned !== undefined);
      expect(moved.filter((_, i) => !learns[i]).some(Boolean)).toBe(false);
      await model.save(`file://${folder}/${estimator}`);
      const loaded = await tf.loadLayersModel(`file://${folder}/${estimator}/model.json`);
      expect(logits(loaded)).toEqual(logits(model));
      expect(loaded.trainableWeights.length).toBe(model.trainableWeights.length);
    },
  );

  it("takes an estimator for weights and another for activations, and names what isn't one", async () => {
    const model = await prepare({ estimator: { weights: "dorefa", activations: "pact" } });
    const used = q.qat.quantizers(model).map(({ role, estimator }) => `${role} ${estimator.name}`);
    expect(new Set(used)).toEqual(new Set(["weights dorefa", "activations pact"]));
    // PACT is for activations.
    const pact = await prepare({ estimator: "pact" });
    expect(q.qat.quantizers(pact).find(({ role }) => role === "weights")?.estimator.name).toBe(
      "clippedSte",
    );
    await expect(prepare({ estimator: { weights: "lsp" as "lsq" } })).rejects.toThrow(
      "invalid estimator: lsp",
    );
    await expect(prepare({ gradients: { bits: 0 } })).rejects.toThrow("invalid bits: 0");
    await expect(prepare({ movingAverage: "minmax" as never })).rejects.toThrow(
      "invalid movingAverage: minmax",
    );
  });

  it("follows values by a moving average, eagerly and compiled, until the observer is off", async () => {
    const float = q.foldBatchNorm(cnn({ seed: 2 }));
    const outputs = float.getLayer("conv_relu").output as q.tf.SymbolicTensor;
    const probe = tf.model({ inputs: float.inputs, outputs });
    const largest = tf.tidy(() => (probe.predict(train.xs) as q.tf.Tensor).max().dataSync()[0]!);
    const observed = await prepare({ movingAverage: { momentum: 0.75 } });
    const max = (model: q.tf.LayersModel) =>
      layerOf(model, "conv_relu").ranges().activations!.max as Float32Array;
    const [first] = max(observed);
    q.qat.disableFakeQuant(observed);
    await steps(observed, { epochs: 1, batchSize: 64 });
    expect(max(observed)[0]).toBeCloseTo(0.75 * first! + 0.25 * largest, 5);
    expect(max(observed)[0]).not.toBe(first);
    const twins = await Promise.all([
      prepare({ movingAverage: true }),
      prepare({ movingAverage: true }),
    ]);
    await steps(twins[0]!, { epochs: 12, rewrite: false });
    await steps(twins[1]!, { epochs: 12, compile: false });
    expect(max(twins[0]!)).toEqual(max(twins[1]!));
    q.qat.disableObserver(twins[0]!);
    const held = max(twins[0]!);
    await steps(twins[0]!);
    expect(max(twins[0]!)).toEqual(held);
    const fixed = await prepare({});
    expect(() => q.qat.enableObserver(fixed)).toThrow("don't follow values (expected one from");
  });

  it("computes in float while fake quantization is off, in a compiled step as well", async () => {
    const model = await prepare({});
    const float = q.foldBatchNorm(cnn({ seed: 2 }));
    q.qat.disableFakeQuant(model);
    expect(logits(model)).toEqual(logits(float));
    // Switched between two steps of one compiled training.
    const switched = await prepare({});
    const change = (batch: number) => {
      if (batch === 30) q.qat.disableFakeQuant(switched);
      if (batch === 36) q.qat.enableFakeQuant(switched);
    };
    let count = 0;
    const callbacks = { onBatchBegin: () => change(count++) };
    await steps(switched, { epochs: 20, callbacks, rewrite: false });
    const eager = await prepare({});
    const other = (batch: number) => {
      if (batch === 30) q.qat.disableFakeQuant(eager);
      if (batch === 36) q.qat.enableFakeQuant(eager);
    };
    let twice = 0;
    await steps(eager, {
      epochs: 20,
      callbacks: { onBatchBegin: () => other(twice++) },
      compile: false,
    });
    expect(logits(switched)).toEqual(logits(eager));
  });

  it("has a defined result where weights became constant, with every estimator", async () => {
    for (const estimator of q.estimators.names()) {
      const model = cnn({ seed: 2 });
      for (const layer of model.layers)
        layer.setWeights(layer.getWeights().map((w) => tf.zerosLike(w)));
      const prepared = await q.prepare(model, scheme, { calibration, method: "minmax", estimator });
      expect(logits(prepared).every((value) => value === 0)).toBe(true);
      await steps(prepared, { epochs: 1 });
      expect(logits(prepared).every(Number.isFinite), estimator).toBe(true);
    }
  });

  it("quantizes the gradients of what weights compute, and only in training", async () => {
    const plain = await prepare({});
    const quantized = await prepare({ gradients: { bits: 2, rounding: "nearest" } });
    expect(logits(quantized)).toEqual(logits(plain));
    const gradient = (model: q.tf.LayersModel) => {
      const { bias } = layerOf(model, "logits").inner as unknown as { bias: q.tf.LayerVariable };
      const variable = bias.read() as q.tf.Variable;
      const loss = () => {
        const y = model.apply(train.xs, { training: true }) as q.tf.Tensor;
        return tf.losses.softmaxCrossEntropy(
          tf.oneHot(train.ys as q.tf.Tensor1D, 10),
          y,
        ) as q.tf.Scalar;
      };
      return tf.variableGrads(loss, [variable]).grads[variable.name]!.dataSync();
    };
    expect(gradient(quantized)).not.toEqual(gradient(plain));
    await steps(quantized);
    await quantized.save(`file://${folder}/gradients`);
    const loaded = await tf.loadLayersModel(`file://${folder}/gradients/model.json`);
    expect(layerOf(loaded, "logits").options.gradients).toEqual({
      bits: 2,
      rounding: "nearest",
      per: "sample",
    });
  });
});

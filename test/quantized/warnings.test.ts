import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import * as q from "../../src/index.js";
import { digits } from "../fixtures/index.js";

const { tf } = q;
let train: q.Dataset;
let model: q.tf.LayersModel;
const warned: string[] = [];

beforeAll(async () => {
  train = (await digits()).train.take(64);
  const { flatten, dense } = tf.layers;
  model = tf.sequential({
    layers: [
      flatten({ inputShape: [8, 8, 1] }),
      dense({ name: "hidden", units: 8, activation: "relu" }),
      dense({ name: "logits", units: 10 }),
    ],
  });
});
beforeEach(() => {
  warned.length = 0;
  vi.spyOn(console, "warn").mockImplementation((text) => void warned.push(text));
});
afterEach(() => vi.restoreAllMocks());

const scheme = q.scheme({ weights: q.int(4), activations: q.uint(4) });
const prepare = (more: object = {}) => q.prepare(model, scheme, { calibration: train, ...more });
const predict = (one: q.tf.LayersModel) => tf.dispose(one.predict(train.xs));

describe("a model that is evaluated", () => {
  it("with fake quantization off says so once, with its layers and what to call", async () => {
    const prepared = await prepare();
    predict(prepared);
    expect(warned).toEqual([]);
    q.qat.disableFakeQuant(prepared);
    predict(prepared);
    expect(warned).toEqual([
      expect.stringMatching(
        /^qatlab: model ".*" is evaluated while fake quantization is off, in .*_quantized, hidden, logits: q\.qat\.enableFakeQuant\(model\) turns it on$/,
      ),
    ]);
    predict(prepared);
    q.accuracy(prepared, train);
    expect(warned).toHaveLength(1);
  });

  it.each([
    ["q.accuracy", (one: q.tf.LayersModel) => void q.accuracy(one, train)],
    ["q.evaluate", (one: q.tf.LayersModel) => void q.evaluate(one, train)],
    ["model.predict", predict],
    ["model.predictOnBatch", (one: q.tf.LayersModel) => tf.dispose(one.predictOnBatch(train.xs))],
  ])("by %s with observers on says so", async (_, evaluate) => {
    const prepared = await prepare({ movingAverage: true });
    expect(warned).toEqual([]);
    evaluate(prepared);
    expect(warned).toEqual([
      expect.stringMatching(/observers are on, .* in .*hidden.*: q\.qat\.disableObserver\(model\)/),
    ]);
    q.qat.disableObserver(prepared);
    const other = await prepare({ movingAverage: true });
    q.qat.disableObserver(other);
    evaluate(other);
    expect(warned).toHaveLength(1);
  });

  it("in its own training, by q.fit or model.fit, says nothing", async () => {
    const prepared = await prepare({ movingAverage: true });
    const validation = train.take(16);
    const callbacks = { onEpochEnd: () => predict(prepared) };
    const settings = { epochs: 2, validation, callbacks, progress: false };
    await q.fit(prepared, train, settings);
    prepared.compile({ optimizer: "sgd", loss: "meanSquaredError" });
    const ys = tf.oneHot(train.ys, 10);
    await prepared.fit(train.xs, ys, {
      verbose: 0,
      validationSplit: 0.5,
      callbacks: callbacks as never,
    });
    expect(warned).toEqual([]);
    q.accuracy(prepared, train);
    expect(warned).toHaveLength(1);
  });

  it("after a schedule that never let it round, says so", async () => {
    const prepared = await prepare();
    const callbacks = q.qat.schedule({ fakeQuantDelay: 5 });
    await q.fit(prepared, train, { epochs: 2, callbacks, progress: false });
    expect(warned).toEqual([]);
    q.accuracy(prepared, train);
    expect(warned).toEqual([expect.stringContaining("fake quantization is off")]);
  });
});

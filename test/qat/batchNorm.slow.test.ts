import { beforeAll, expect, it } from "vitest";
import * as q from "../../src/index.js";
import { cnn, digits } from "../fixtures/index.js";

const { tf } = q;
let train: q.Dataset;
let test: q.Dataset;
let model: q.tf.LayersModel;

beforeAll(async () => {
  ({ train, test } = await digits());
  model = cnn({ seed: 3 });
  await q.fit(model, train, { epochs: 25, progress: false });
});

const scheme = q.scheme({ weights: q.int(3, { per: "channel" }), activations: q.uint(3) });
const prepare = (batchNorm: "fold" | "train" = "train") =>
  q.prepare(model, scheme, { calibration: train.take(256), batchNorm });
const values = (one: q.tf.LayersModel) => one.getWeights().map((w) => [...w.dataSync()]);

it("batch normalization trains compiled as it trains eagerly, and with model.fit too", async () => {
  const [eager, compiled, plain] = [await prepare(), await prepare(), await prepare()];
  const few = train.take(160);
  const options = {
    epochs: 5,
    batchSize: 32,
    seed: 2,
    progress: false,
    schedule: "constant",
    shuffle: false,
  } as const;
  await q.fit(eager, few, { ...options, compile: false });
  await q.fit(compiled, few, { ...options, rewrite: false });
  expect(values(compiled)).toEqual(values(eager));
  plain.compile({
    optimizer: tf.train.adam(0.01),
    loss: (labels, outputs) => tf.losses.softmaxCrossEntropy(labels, outputs),
  });
  const ys = tf.oneHot(few.ys.toInt(), 10).toFloat();
  await plain.fit(few.xs, ys, { epochs: 5, batchSize: 32, shuffle: false, verbose: 0 });
  expect(values(plain)).toEqual(values(eager));
});

it("batch normalization trains about as well as folded for good, folds to it, and re-estimation does no harm", async () => {
  const accuracies: Record<string, number> = {};
  for (const batchNorm of ["fold", "train"] as const) {
    const prepared = await prepare(batchNorm);
    accuracies[`${batchNorm} before`] = q.accuracy(prepared, test);
    const callbacks = batchNorm === "train" ? q.qat.schedule({ freezeBatchNorm: 7 }) : [];
    await q.fit(prepared, train, { epochs: 10, callbacks, progress: false });
    accuracies[batchNorm] = q.accuracy(prepared, test);
    if (batchNorm === "fold") continue;
    expect(q.accuracy(q.qat.foldTrainedBatchNorm(prepared), test)).toBe(accuracies[batchNorm]);
    await q.qat.reestimateBatchNorm(prepared, train);
    accuracies["re-estimated"] = q.accuracy(prepared, test);
  }
  expect(accuracies.train).toBeGreaterThan(0.9);
  expect(accuracies.train).toBeGreaterThan(accuracies["train before"]!);
  expect(accuracies["re-estimated"]).toBeGreaterThan(accuracies.train! - 0.02);
});

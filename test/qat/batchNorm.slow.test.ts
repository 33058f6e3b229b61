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

it("batch normalization trains to a good accuracy, folds to it, and re-estimation costs little", async () => {
  // One training says little at 3 bits: re-estimation moves single ones by −3 to 1 points.
  const changes: number[] = [];
  for (const seed of [0, 1, 2]) {
    const prepared = await prepare();
    const before = q.accuracy(prepared, test);
    const callbacks = q.qat.schedule({ freezeBatchNorm: 7 });
    await q.fit(prepared, train, { epochs: 10, seed, callbacks, progress: false });
    const trained = q.accuracy(prepared, test);
    expect(trained).toBeGreaterThan(0.9);
    expect(trained).toBeGreaterThan(before);
    expect(q.accuracy(q.qat.foldTrainedBatchNorm(prepared), test)).toBe(trained);
    await q.qat.reestimateBatchNorm(prepared, train);
    changes.push(q.accuracy(prepared, test) - trained);
  }
  expect(q.mean(changes)).toBeGreaterThan(-0.03);
});

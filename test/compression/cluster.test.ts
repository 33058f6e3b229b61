import { expect, it } from "vitest";
import * as q from "../../src/index.js";
import { generator } from "../fixtures/generator.js";
import { cnn } from "../fixtures/index.js";
import { digits, kernels, settings, zeros } from "./models.js";

const { data } = await digits();
const counts = (model: q.tf.LayersModel) => kernels(model).map((values) => new Set(values).size);

it("a clustered model has 2^bits values in each kernel, before and after training", {
  tags: "slow",
}, async () => {
  const model = q.compression.cluster(cnn(), { bits: 3 });
  expect(counts(model)).toEqual([8, 8, 8, 8]);
  const before = kernels(model).map((values) => [...values]);
  await q.fit(model, data, settings);
  expect(counts(model)).toEqual([8, 8, 8, 8]);
  expect(kernels(model).map((values) => [...values])).not.toEqual(before);
});

it("a clustered model keeps the zeros of a pruned one, which get no index", {
  tags: "slow",
}, async () => {
  const pruned = q.compression.prune(cnn(), { sparsity: 0.5 });
  const model = q.compression.cluster(pruned, { bits: 2 });
  await q.fit(model, data, settings);
  expect(counts(model)).toEqual([5, 5, 5, 5]);
  expect(zeros(model)).toEqual(zeros(pruned));
});

it("a clustered model has no more codes under QAT with a scale for each tensor", {
  tags: "slow",
}, async () => {
  const model = q.compression.cluster(cnn(), { bits: 2 });
  const scheme = q.scheme({ weights: q.int(8), activations: q.uint(8) });
  const qat = await q.prepare(model, scheme, { calibration: data });
  await q.fit(qat, data, settings);
  expect(counts(qat)).toEqual([4, 4, 4, 4]);
  expect(q.compression.summary(qat).different.values).toEqual([4, 4, 4, 4]);
});

it("a clustered model has batch normalization folded, and predicts as before but for its weights' error", () => {
  const model = q.compression.cluster(cnn(), { bits: 8 });
  const types = model.layers.map((layer) => layer.getClassName());
  expect(types).not.toContain("BatchNormalization");
  // Fewer than 256 weights each in three of the kernels.
  expect(counts(model)).toEqual([72, 72, 128, 256]);
});

it("a clustered model's large kernels err as little as if k-means had seen all their weights", {
  tags: "slow",
}, () => {
  const { dense } = q.tf.layers;
  const layers = [dense({ units: 200, inputShape: [200], useBias: false })];
  const model = q.tf.sequential({ layers });
  const random = generator(1);
  const bell = Float32Array.from({ length: 40_000 }, () => random() + random() + random() - 1.5);
  const kernel = q.tf.tensor2d(bell, [200, 200]);
  model.setWeights([kernel]);
  const error = (values: q.tf.Tensor) => values.sub(kernel).square().mean().dataSync()[0]!;
  const [found] = q.compression.cluster(model, { bits: 2 }).getWeights();
  const whole = error(q.fakeQuantize(kernel, q.kMeans(kernel, 2)));
  expect(error(found!) / whole).toBeLessThan(1.02);
  expect(new Set(found!.dataSync()).size).toBe(4);
});

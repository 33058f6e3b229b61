import { expect, it } from "vitest";
import * as q from "../../src/index.js";
import { cnn, throughFile, weights } from "../fixtures/index.js";
import { compiled, digits, fourBits, kernels, settings, zeros } from "./models.js";

const { tf } = q;
const { data } = await digits();

it("a pruned model keeps its zeros in q.fit, and its other weights change", {
  tags: "slow",
}, async () => {
  const model = q.compression.prune(cnn(), { sparsity: 0.5 });
  const [before, values] = [zeros(model), kernels(model).map((list) => [...list])];
  await q.fit(model, data, settings);
  expect(zeros(model)).toEqual(before);
  expect(q.compression.sparsity(model)).toBe(0.5);
  kernels(model).forEach((list, k) => {
    const kept = [...list].filter((value) => value !== 0).length;
    const moved = [...list].filter((value, i) => value !== values[k]![i]).length;
    expect(moved).toBe(kept);
  });
});

it("a pruned model takes the same steps compiled as eager, bit for bit", {
  tags: "slow",
}, async () => {
  const trained = async (options: object) => {
    const model = q.compression.prune(cnn(), { sparsity: 0.6, scope: "model" });
    await q.fit(model, data, { ...compiled, ...options });
    return weights(model);
  };
  expect(await trained({})).toEqual(await trained({ compile: false }));
});

it("a pruned model keeps its zeros in model.fit by an optimizer that preserves them", {
  tags: "slow",
}, async () => {
  const model = q.compression.prune(cnn(), { sparsity: 0.5 });
  const before = zeros(model);
  const optimizer = q.compression.preserving(tf.train.adam(0.01), model);
  model.compile({ optimizer, loss: "sparseCategoricalCrossentropy" });
  await model.fit(data.xs, data.ys.toFloat(), { epochs: 2, verbose: 0 });
  expect(zeros(model)).toEqual(before);
  const adam = tf.train.adam();
  expect(q.compression.preserving(adam, cnn())).toBe(adam);
});

it("a pruned model keeps its zeros when it is saved, loaded, and trained on", {
  tags: "slow",
}, async () => {
  const model = await throughFile(q.compression.prune(cnn(), { sparsity: 0.5 }));
  const before = zeros(model);
  await q.fit(model, data, settings);
  expect(zeros(model)).toEqual(before);
});

it("a pruned model keeps its zeros under QAT and when it is quantized", {
  tags: "slow",
}, async () => {
  const model = q.compression.prune(cnn(), { sparsity: 0.5 });
  const before = zeros(model);
  const options = { calibration: data };
  const qat = await q.prepare(model, fourBits, options);
  await q.fit(qat, data, settings);
  expect(zeros(qat)).toEqual(before);
  expect(q.compression.sparsity(qat)).toBeGreaterThanOrEqual(0.5);
  expect(q.compression.sparsity(await q.quantize(model, fourBits, options))).toBeGreaterThanOrEqual(
    0.5,
  );
});

it("a pruned model keeps its zeros where batch normalization is trained folded", {
  tags: "slow",
}, async () => {
  const model = q.compression.prune(cnn(), { sparsity: 0.5 });
  const options = { calibration: data, batchNorm: "train" } as const;
  const qat = await q.prepare(model, fourBits, options);
  await q.fit(qat, data, settings);
  expect(zeros(qat)).toEqual(zeros(model));
  expect(q.compression.size(qat)).toBe(q.compression.size(q.qat.foldTrainedBatchNorm(qat)));
  expect(q.compression.summary(qat).bits.values).toEqual([4, 4, 4, 4]);
});

it("a pruned model may have been prepared for QAT before", { tags: "slow" }, async () => {
  const qat = await q.prepare(cnn(), fourBits, { calibration: data });
  const model = q.compression.prune(qat, { sparsity: 0.5 });
  const before = zeros(model);
  await q.fit(model, data, settings);
  expect(zeros(model)).toEqual(before);
  expect(before.flat().filter(Boolean).length).toBe(456);
  const names = q.compression.strip(model).trainableWeights.filter((w) => w.constraint);
  expect(names).toEqual([]);
});

it("a pruned model is pruned more and more by its schedule, in compiled steps too", {
  tags: "slow",
}, async () => {
  const trained = async (options: object) => {
    const model = q.compression.prune(cnn(), { sparsity: 0 });
    const callbacks = [q.compression.gradualPruning({ sparsity: 0.8, every: 2, end: 16 })];
    const shares: number[] = [];
    const watch = { onEpochEnd: () => void shares.push(q.compression.sparsity(model)) };
    await q.fit(model, data, { ...compiled, ...options, callbacks: [...callbacks, watch] });
    return { shares, weights: weights(model) };
  };
  const { shares, weights: eager } = await trained({ compile: false });
  // Three steps an epoch: the last pruning of each is the one before step 2, 4, 8, 10, 14, 16.
  [2, 4, 8, 10, 14, 16, 16, 16].forEach((step, i) => {
    expect(shares[i]).toBeCloseTo(0.8 - 0.8 * (1 - step / 16) ** 3, 2);
  });
  expect((await trained({})).weights).toEqual(eager);
});

it("a pruned model has recurrent kernels too, and a pattern in each", async () => {
  const model = q.compression.prune(q.models.lstm({ inputShape: [8, 8, 1], classes: 10 }), {
    pattern: "2:4",
  });
  const [kernel] = kernels(model);
  expect(kernel!.filter((value) => value === 0).length).toBe(kernel!.length / 2);
  expect(q.compression.sparsity(model)).toBe(0.5);
  const rows = model.weights[0]!.shape[1]!;
  for (let i = 0; i < rows; i++) {
    const group = [0, 1, 2, 3].map((k) => kernel![k * rows + i]!);
    expect(group.filter((value) => value === 0).length).toBe(2);
  }
});

it("a pruned model keeps the zeros of both kernels of a recurrent layer under QAT with a learned scale", {
  tags: "slow",
}, async () => {
  const lstm = q.models.lstm({ inputShape: [8, 8, 1], classes: 10, units: 6 });
  const model = q.compression.prune(lstm, { sparsity: 0.5 });
  const qat = await q.prepare(model, fourBits, { calibration: data.take(32), estimator: "lsq" });
  await q.fit(qat, data.take(64), { epochs: 2, progress: false });
  const table = q.compression.summary(qat);
  expect(table.kernel.values).toEqual(["kernel", "recurrent_kernel", "kernel"]);
  for (const share of table["sparsity (%)"].values) {
    expect(share).toBeGreaterThanOrEqual(50);
  }
  expect(table.bits.values).toEqual([4, 4, 4]);
});

it("a pruned model leaves out kernels whose inputs a pattern doesn't fit, layers that are excluded or not named", () => {
  const shares = (options: q.compression.PruneOptions) =>
    kernels(q.compression.prune(cnn(), options)).map(
      (values) => values.filter((value) => value === 0).length / values.length,
    );
  // One channel goes into the first convolution; a depthwise one sums none.
  expect(shares({ pattern: "2:4" })).toEqual([0, 0, 0.5, 0.5]);
  expect(shares({ exclude: ["conv", "logits"] })).toEqual([0, 0.5, 0.5, 0]);
  expect(shares({ sparsity: { pointwise: 0.25 } })).toEqual([0, 0, 0.25, 0]);
});

it("a pruned model predicts the same without its constraints, which then are gone", () => {
  const pruned = q.compression.prune(cnn(), { sparsity: 0.5 });
  const plain = q.compression.strip(pruned);
  expect(weights(plain)).toEqual(weights(pruned));
  expect(JSON.stringify(plain.toJSON())).not.toContain("SparsityConstraint");
  expect(JSON.stringify(pruned.toJSON())).toContain("SparsityConstraint");
});

it("a pruned model holds as many tensors after many steps, and is freed", {
  tags: "slow",
}, async () => {
  const held = tf.memory().numTensors;
  const float = cnn();
  const pruned = q.compression.prune(float);
  const model = q.compression.cluster(pruned, { bits: 2 });
  await q.fit(model, data, compiled);
  const trained = tf.memory().numTensors;
  await q.fit(model, data, settings);
  expect(tf.memory().numTensors).toBe(trained);
  await Promise.resolve();
  for (const one of [float, pruned, model]) one.dispose();
  expect(tf.memory().numTensors).toBe(held);
});

import { beforeAll, describe, expect, it } from "vitest";
import { storageOf } from "../../src/compression/storage.js";
import * as q from "../../src/index.js";
import { throughFile } from "../ptq/networks.js";

const { tf } = q;
type Model = q.tf.LayersModel;
let data: q.Dataset;
let test: q.Dataset;

beforeAll(async () => {
  const digits = await q.datasets.digits();
  [data, test] = [digits.train.take(192), digits.test];
});

const cnn = () => q.models.depthwiseCnn({ inputShape: [8, 8, 1], classes: 10, seed: 1 });
/** 24 steps: enough to be compiled. */
const settings = { epochs: 8, seed: 3, progress: false } as const;
const kernels = (model: Model) =>
  model.weights
    .filter(({ shape, originalName }) => shape.length > 1 && !/min|max/.test(originalName))
    .map((weight) => weight.read().dataSync());
const zeros = (model: Model) => kernels(model).map((values) => [...values].map((v) => v === 0));
const counts = (model: Model) => kernels(model).map((values) => new Set(values).size);
const weights = (model: Model) => model.getWeights().map((w) => [...w.dataSync()]);
const halves = q.scheme({ weights: q.int(4, { per: "channel" }), activations: q.uint(4) });

describe("a pruned model", () => {
  it("keeps its zeros in q.fit, and what isn't pruned changes", async () => {
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

  it("takes the same steps compiled as eager, bit for bit", async () => {
    const trained = async (options: object) => {
      const model = q.compression.prune(cnn(), { sparsity: 0.6, scope: "model" });
      await q.fit(model, data, { ...settings, ...options });
      return weights(model);
    };
    expect(await trained({ rewrite: false })).toEqual(await trained({ compile: false }));
  });

  it("keeps its zeros in model.fit by an optimizer that preserves them", async () => {
    const model = q.compression.prune(cnn(), { sparsity: 0.5 });
    const before = zeros(model);
    const optimizer = q.compression.preserving(tf.train.adam(0.01), model);
    model.compile({ optimizer, loss: "sparseCategoricalCrossentropy" });
    await model.fit(data.xs, data.ys.toFloat(), { epochs: 2, verbose: 0 });
    expect(zeros(model)).toEqual(before);
    const adam = tf.train.adam();
    expect(q.compression.preserving(adam, cnn())).toBe(adam);
  });

  it("keeps its zeros when it is saved, loaded, and trained on", async () => {
    const model = await throughFile(q.compression.prune(cnn(), { sparsity: 0.5 }));
    const before = zeros(model);
    await q.fit(model, data, settings);
    expect(zeros(model)).toEqual(before);
  });

  it("keeps its zeros under QAT and when it is quantized", async () => {
    const model = q.compression.prune(cnn(), { sparsity: 0.5 });
    const before = zeros(model);
    const options = { calibration: data };
    const qat = await q.prepare(model, halves, options);
    await q.fit(qat, data, settings);
    expect(zeros(qat)).toEqual(before);
    expect(q.compression.sparsity(qat)).toBeGreaterThanOrEqual(0.5);
    expect(q.compression.sparsity(await q.quantize(model, halves, options))).toBeGreaterThanOrEqual(
      0.5,
    );
  });

  it("may have been prepared for QAT before", async () => {
    const qat = await q.prepare(cnn(), halves, { calibration: data });
    const model = q.compression.prune(qat, { sparsity: 0.5 });
    const before = zeros(model);
    await q.fit(model, data, settings);
    expect(zeros(model)).toEqual(before);
    expect(before.flat().filter(Boolean).length).toBe(456);
    const names = q.compression.strip(model).trainableWeights.filter((w) => w.constraint);
    expect(names).toEqual([]);
  });

  it("is pruned more and more by its schedule, in compiled steps too", async () => {
    const trained = async (options: object) => {
      const model = q.compression.prune(cnn(), { sparsity: 0 });
      const callbacks = [new q.compression.GradualPruning({ sparsity: 0.8, every: 2, end: 16 })];
      const shares: number[] = [];
      const watch = { onEpochEnd: () => void shares.push(q.compression.sparsity(model)) };
      await q.fit(model, data, { ...settings, ...options, callbacks: [...callbacks, watch] });
      return { shares, weights: weights(model) };
    };
    const { shares, weights: eager } = await trained({ compile: false });
    // Three steps an epoch: the last pruning of each is the one before step 2, 4, 8, 10, 14, 16.
    [2, 4, 8, 10, 14, 16, 16, 16].forEach((step, i) => {
      expect(shares[i]).toBeCloseTo(0.8 - 0.8 * (1 - step / 16) ** 3, 2);
    });
    expect((await trained({ rewrite: false })).weights).toEqual(eager);
  });

  it("has recurrent kernels too, and a pattern in each", async () => {
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

  it("leaves out kernels whose inputs a pattern doesn't fit, layers that are excluded or not named", () => {
    const shares = (options: q.compression.PruneOptions) =>
      kernels(q.compression.prune(cnn(), options)).map(
        (values) => values.filter((value) => value === 0).length / values.length,
      );
    // One channel goes into the first convolution; a depthwise one sums none.
    expect(shares({ pattern: "2:4" })).toEqual([0, 0, 0.5, 0.5]);
    expect(shares({ exclude: ["conv", "logits"] })).toEqual([0, 0.5, 0.5, 0]);
    expect(shares({ sparsity: { pointwise: 0.25 } })).toEqual([0, 0, 0.25, 0]);
  });

  it("predicts the same without its constraints, which then are gone", () => {
    const pruned = q.compression.prune(cnn(), { sparsity: 0.5 });
    const plain = q.compression.strip(pruned);
    expect(weights(plain)).toEqual(weights(pruned));
    expect(JSON.stringify(plain.toJSON())).not.toContain("SparsityConstraint");
    expect(JSON.stringify(pruned.toJSON())).toContain("SparsityConstraint");
  });

  it("holds as many tensors after many steps, and is freed", async () => {
    const held = tf.memory().numTensors;
    const float = cnn();
    const pruned = q.compression.prune(float);
    const model = q.compression.cluster(pruned, { bits: 2 });
    await q.fit(model, data, settings);
    const trained = tf.memory().numTensors;
    await q.fit(model, data, { ...settings, epochs: 16, compile: false });
    expect(tf.memory().numTensors).toBe(trained);
    await Promise.resolve();
    for (const one of [float, pruned, model]) one.dispose();
    expect(tf.memory().numTensors).toBe(held);
  });
});

describe("a clustered model", () => {
  it("has so many values in each kernel, and as many after training", async () => {
    const model = q.compression.cluster(cnn(), { bits: 3 });
    expect(counts(model)).toEqual([8, 8, 8, 8]);
    const before = kernels(model).map((values) => [...values]);
    await q.fit(model, data, settings);
    expect(counts(model)).toEqual([8, 8, 8, 8]);
    expect(kernels(model).map((values) => [...values])).not.toEqual(before);
  });

  it("keeps the zeros of a pruned one, which get no index", async () => {
    const pruned = q.compression.prune(cnn(), { sparsity: 0.5 });
    const model = q.compression.cluster(pruned, { bits: 2 });
    await q.fit(model, data, settings);
    expect(counts(model)).toEqual([5, 5, 5, 5]);
    expect(zeros(model)).toEqual(zeros(pruned));
  });

  it("has no more codes under QAT with a scale for each tensor", async () => {
    const model = q.compression.cluster(cnn(), { bits: 2 });
    const scheme = q.scheme({ weights: q.int(8), activations: q.uint(8) });
    const qat = await q.prepare(model, scheme, { calibration: data });
    await q.fit(qat, data, settings);
    expect(counts(qat)).toEqual([4, 4, 4, 4]);
    expect(q.compression.summary(qat).different.values).toEqual([4, 4, 4, 4]);
  });

  it("has batch normalization folded, and predicts as before but for its weights' error", () => {
    const model = q.compression.cluster(cnn(), { bits: 8 });
    const types = model.layers.map((layer) => layer.getClassName());
    expect(types).not.toContain("BatchNormalization");
    // Fewer than 256 weights each in three of the kernels.
    expect(counts(model)).toEqual([72, 72, 128, 256]);
  });
});

it("the teacher's answers stay with their examples, whatever the order", async () => {
  const teacher = cnn();
  const { data: soft, options } = await q.compression.distillation(teacher, data, { alpha: 0.1 });
  const expected = tf.concat(
    [data.ys.toFloat().expandDims(1), teacher.predict(data.xs) as q.tf.Tensor],
    1,
  );
  expect(soft.ys.sub(expected).abs().max().dataSync()[0]).toBeLessThan(1e-5);
  const student = q.models.mlp({ inputShape: [8, 8, 1], units: [12], classes: 10, seed: 1 });
  const history = await q.fit(student, soft, { ...settings, ...options, validation: test });
  const last = history.at(-1)!;
  expect(last.loss).toBeLessThan(history[0]!.loss);
  expect(last.validationAccuracy).toBe(q.accuracy(student, test));
  expect(last.validationLoss).toBeCloseTo(q.evaluate(student, test).loss, 5);
});

it("a student whose logits are its teacher's has only the labels' loss", async () => {
  const teacher = cnn();
  const { data: soft, options } = await q.compression.distillation(teacher, data, { alpha: 0.5 });
  const { loss } = q.evaluate(teacher, soft, options);
  expect(loss).toBeCloseTo(q.evaluate(teacher, data).loss / 2, 5);
});

describe("the bytes of a kernel", () => {
  const values = (count: number, zeros: number, different: number) =>
    Array.from({ length: count }, (_, i) => (i < zeros ? 0 : 1 + (i % different)));
  it.each([
    { form: "dense", count: 100, none: 0, different: 100, bits: 32, bytes: 400 },
    { form: "bitmask", count: 100, none: 90, different: 100, bits: 32, bytes: 13 + 40 },
    { form: "codebook", count: 1000, none: 0, different: 16, bits: 32, bytes: 500 + 64 },
    {
      ...{ form: "bitmask + codebook", count: 1000, none: 900, different: 4, bits: 32 },
      bytes: 125 + 25 + 16,
    },
    { form: "dense", count: 1000, none: 0, different: 16, bits: 4, bytes: 500 },
    { form: "bitmask", count: 1000, none: 900, different: 100, bits: 4, bytes: 125 + 50 },
  ])(
    "are those of $form for $count weights, $none zeros, $different values of $bits bits",
    (one) => {
      const { count, none, different, bits, form, bytes } = one;
      expect(storageOf(values(count, none, different), bits)).toEqual({ form, bytes });
    },
  );

  it("are a bit and two values of four in the pattern 2:4", () => {
    const model = tf.sequential({
      layers: [tf.layers.dense({ units: 16, inputShape: [64], useBias: false })],
    });
    expect(q.compression.size(q.compression.prune(model, { pattern: "2:4" }))).toBe(128 + 2048);
  });
});

describe("what can't be done is said:", () => {
  const { prune, cluster, GradualPruning, distillation } = q.compression;
  it.each([
    [() => prune(cnn(), { sparsity: 1 }), "invalid sparsity: 1 (expected a share"],
    [() => prune(cnn(), { sparsity: { dense: 0.5 } }), 'no layer "dense" (the model has'],
    [() => prune(cnn(), { exclude: ["dense"] }), 'no layer "dense" (the model has'],
    [() => prune(cnn(), { pattern: "4:2" }), 'as in "2:4"'],
    [() => prune(cnn(), { pattern: "2:4", sparsity: 0.5 }), "beside the pattern 2:4"],
    [() => prune(cnn(), { scope: "channel" as never }), "invalid scope: channel"],
    [() => prune({} as never), "invalid model"],
    [() => prune(cluster(cnn())), "its weights are clustered (expected q.compression.cluster(q"],
    [() => cluster(cnn(), { bits: 9 }), "invalid bits: 9"],
    [() => cluster(cnn(), { exclude: ["dense"] }), 'no layer "dense"'],
    [() => new GradualPruning({ sparsity: 2 }), "invalid sparsity: 2"],
    [() => new GradualPruning({ sparsity: 0.5, begin: 9, end: 9 }), "invalid end: 9"],
    [() => new GradualPruning({ sparsity: 0.5, initial: 0.6 }), "invalid initial: 0.6"],
    [() => new GradualPruning({ sparsity: 0.5, every: 0.5 }), "invalid every: 0.5"],
    [() => q.compression.preserving("adam" as never, cnn()), "invalid optimizer: adam"],
  ])("%o", (attempt, message) => {
    expect(attempt).toThrow(message);
  });

  it("a constraint of somebody else's", () => {
    const kernelConstraint = tf.constraints.nonNeg();
    const layer = tf.layers.dense({ units: 2, inputShape: [2], kernelConstraint });
    expect(() => prune(tf.sequential({ layers: [layer] }))).toThrow("has the constraint NonNeg");
  });

  it("schedules for other models or longer trainings", async () => {
    const attempt = (model: Model, end?: number) =>
      q.fit(model, data, { ...settings, callbacks: new GradualPruning({ sparsity: 0.5, end }) });
    await expect(attempt(cnn())).rejects.toThrow("q.compression.prune(model, { sparsity: 0 })");
    await expect(attempt(prune(cnn()), 24)).rejects.toThrow("which has 24");
  });

  it("temperatures and shares out of range, teachers of something else", async () => {
    const attempt = (options: object) => distillation(cnn(), data, options);
    await expect(attempt({ temperature: 0 })).rejects.toThrow("invalid temperature: 0");
    await expect(attempt({ alpha: 2 })).rejects.toThrow("invalid alpha: 2");
    const other = q.models.mlp({ inputShape: [8, 8, 1], classes: 3 });
    await expect(distillation(other, data)).rejects.toThrow("10 classes");
  });
});

it("q.fit keeps tfjs's own constraints too, which model.fit forgets", async () => {
  const kernelConstraint = tf.constraints.nonNeg();
  const model = tf.sequential({
    layers: [tf.layers.dense({ units: 1, inputShape: [2], kernelConstraint })],
  });
  const xs = tf.tensor2d([
    [1, 0],
    [0, 1],
    [1, 1],
    [0, 0],
  ]);
  const ys = tf.tensor2d([[1], [-1], [0], [0]]);
  await q.fit(model, { xs, ys }, { epochs: 30, loss: "meanSquaredError", progress: false });
  expect(Math.min(...model.getWeights()[0]!.dataSync())).toBe(0);
});

import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import * as q from "../../src/index.js";

const { tf } = q;
const { layers } = tf;
let train: q.Dataset;
let test: q.Dataset;

beforeAll(async () => {
  ({ train, test } = await q.datasets.digits());
});
afterEach(() => vi.restoreAllMocks());

const glorot = (seed: number) => tf.initializers.glorotUniform({ seed });

/** A classifier that ends in these layers. */
function net(...end: ReturnType<typeof layers.dense>[]): q.tf.Sequential {
  const hidden = {
    name: "hidden",
    units: 16,
    activation: "relu" as const,
    kernelInitializer: glorot(1),
  };
  return tf.sequential({
    layers: [layers.flatten({ inputShape: [8, 8, 1] }), layers.dense(hidden), ...end],
  });
}

const logits = { name: "logits", units: 10, kernelInitializer: glorot(2) };
const endings: Record<string, () => q.tf.Sequential> = {
  "a softmax activation": () => net(layers.dense({ ...logits, activation: "softmax" })),
  "an activation layer": () =>
    net(layers.dense(logits), layers.activation({ activation: "softmax" }) as never),
  "a softmax layer": () => net(layers.dense(logits), layers.softmax() as never),
  "a softmax that is reshaped": () =>
    net(
      layers.dense({ ...logits, activation: "softmax" }),
      layers.reshape({ targetShape: [10] }) as never,
    ),
  "a nested model": () => {
    const head = tf.sequential({
      layers: [layers.dense({ ...logits, activation: "softmax", inputShape: [16] })],
    });
    return net(head as never);
  },
};
const options = { epochs: 2, seed: 1, progress: false } as const;
const weights = (model: q.tf.LayersModel) => model.getWeights().map((one) => [...one.dataSync()]);

describe.each(Object.entries(endings))("a model that ends in %s", (_, make) => {
  it.each([{}, { compile: false }])(
    "trains as its logits do, and gives probabilities, %j",
    { tags: "slow" },
    async (how) => {
      const [model, twin] = [make(), net(layers.dense(logits))];
      const data = train.take(640);
      const [history, expected] = [
        await q.fit(model, data, { ...options, ...how, rewrite: false }),
        await q.fit(twin, data, { ...options, ...how, rewrite: false }),
      ];
      expect(weights(model)).toEqual(weights(twin));
      expect(history.at(-1)).toEqual(expected.at(-1));
      const found = q.evaluate(model, test);
      expect(found.accuracy).toBe(q.accuracy(twin, test));
      expect(found.loss).toBe(q.evaluate(twin, test).loss);
      // The model is as it was.
      const sums = (model.predict(test.take(4).xs) as q.tf.Tensor).sum(-1).dataSync();
      for (const sum of sums) expect(sum).toBeCloseTo(1, 5);
      expect(model.toJSON()).toContain("softmax");
    },
  );
});

it("a prepared softmax model trains by the logits that its softmax takes", {
  tags: "slow",
}, async () => {
  const scheme = q.scheme({ weights: q.int(4), activations: q.uint(4) });
  const data = train.take(640);
  const trained = [];
  for (const model of [endings["a softmax activation"]!(), net(layers.dense(logits))]) {
    const prepared = await q.prepare(model, scheme, { calibration: train.take(64) });
    await q.fit(prepared, data, { ...options, rewrite: false });
    trained.push(prepared);
  }
  expect(weights(trained[0]!)).toEqual(weights(trained[1]!));
});

it("an output that is sigmoid of one unit trains on two classes", { tags: "slow" }, async () => {
  const xs = tf.randomNormal([256, 4], 0, 1, "float32", 3);
  const ys = tf.tidy(() => tf.greater(xs.sum(1), 0.5).toInt()) as q.tf.Tensor1D;
  const model = tf.sequential({
    layers: [layers.dense({ units: 1, activation: "sigmoid", inputShape: [4] })],
  });
  const data = q.dataset(xs, ys);
  await q.fit(model, data, { epochs: 60, learningRate: 0.05, progress: false });
  const { loss, accuracy } = q.evaluate(model, data);
  expect(accuracy).toBeGreaterThan(0.97);
  // −Σ y·ln p + (1 − y)·ln(1 − p), by hand.
  const p = (model.predict(xs) as q.tf.Tensor).dataSync();
  const byHand = [...ys.dataSync()].map((y, i) => -Math.log(y === 1 ? p[i]! : 1 - p[i]!));
  expect(loss).toBeCloseTo(byHand.reduce((a, b) => a + b) / 256, 4);
});

it.each([
  ["sigmoid", undefined, "(Dense, sigmoid), whose values the loss takes for logits"],
  ["linear", "sparseCategoricalCrossentropy", "whose values aren't probabilities"],
  ["softmax", tf.losses.softmaxCrossEntropy, "the loss applies it once more"],
] as const)(
  "a model that ends in %s with the loss %s is warned of once",
  async (activation, loss, words) => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    const model = net(layers.dense({ ...logits, activation }));
    const data = train.take(64);
    const ys = typeof loss === "function" ? tf.oneHot(data.ys, 10) : data.ys;
    const given = loss === undefined ? data : { xs: data.xs, ys };
    for (let time = 0; time < 2; time++) {
      await q.fit(model, given, { epochs: 1, progress: false, loss: loss as never });
    }
    expect(warn).toHaveBeenCalledTimes(1);
    expect(warn.mock.calls[0]![0]).toContain(words);
  },
);

describe("functions that take logits take a softmax of them", () => {
  it("hessianTrace: as without the softmax", async () => {
    const softmax = endings["a softmax activation"]!();
    const plain = net(layers.dense(logits));
    const data = train.take(32);
    const traces = [];
    for (const model of [softmax, plain]) {
      traces.push(await q.analysis.hessianTrace(model, data, { samples: 2 }));
    }
    expect(traces[0]!.rows.map(({ trace }) => trace)).toEqual(
      traces[1]!.rows.map(({ trace }) => trace),
    );
  });

  it("distillation: teachers and students", { tags: "slow" }, async () => {
    const [softmax, plain] = [endings["a softmax activation"]!(), net(layers.dense(logits))];
    const data = train.take(128);
    const lessons = [];
    for (const teacher of [softmax, plain]) {
      lessons.push(await q.compression.distillation(teacher, data));
    }
    expect([...lessons[0]!.data.ys.dataSync()]).toEqual([...lessons[1]!.data.ys.dataSync()]);
    const how = { ...lessons[0]!.options, ...options, rewrite: false };
    await q.fit(softmax, lessons[0]!.data, how);
    await q.fit(plain, lessons[0]!.data, how);
    expect(weights(softmax)).toEqual(weights(plain));
  });

  it("an analysis of examples without classes advises an option that it has", async () => {
    const numbers = q.dataset(train.take(8).xs, tf.randomUniform([8]) as q.tf.Tensor1D);
    const model = net(layers.dense(logits));
    for (const run of [
      async () => q.analysis.churn(model, model, numbers),
      () => q.analysis.hessianTrace(model, numbers),
    ]) {
      await expect(run()).rejects.toThrow(
        /numbers to predict, not classes \(expected examples with classes/,
      );
    }
  });
});

it.each([
  [{ epoch: 3 }, "did you mean epochs?"],
  [{ epochs: 1, batchsize: 3 }, "did you mean batchSize?"],
  [{ epochs: 1, lr: 1 }, "invalid option of q.fit: lr (expected epochs, "],
  [{ epochs: 1, validationData: 1 }, "validationData (expected { validation: test })"],
  [{ epochs: 1, classWeight: {} }, "classWeight (expected a loss function that weighs"],
  [null, "invalid options of q.fit: null (expected an object, as in { epochs: … })"],
])("options that q.fit doesn't have are refused: %j", async (given, message) => {
  const model = net(layers.dense(logits));
  await expect(q.fit(model, train, given as never)).rejects.toThrow(message);
});

import { describe, expect, it } from "vitest";
import * as q from "../../src/index.js";
import { weights } from "../fixtures/index.js";

const { tf } = q;
const { layers } = tf;

const initial = (seed: number) => tf.initializers.glorotNormal({ seed });
const dense = (units: number, seed: number, more: object = {}) =>
  layers.dense({ units, kernelInitializer: initial(seed), ...more });
/** Reproducible values of a normal distribution. */
const random = (shape: number[], seed: number) => tf.randomNormal(shape, 0, 1, "float32", seed);

const mlp = (outputs: number, activation: "linear" | "softmax" | "sigmoid", more: object = {}) => {
  const input = tf.input({ shape: [6] });
  const hidden = dense(16, 1, { activation: "tanh", ...more }).apply(input);
  const output = dense(outputs, 2, { activation }).apply(hidden);
  return tf.model({ inputs: input, outputs: output as q.tf.SymbolicTensor });
};

const twoByTwo = () => {
  const a = tf.input({ shape: [6], name: "a" });
  const b = tf.input({ shape: [3], name: "b" });
  const both = layers.concatenate().apply([dense(8, 3).apply(a), dense(8, 4).apply(b)] as never);
  const value = dense(2, 5, { name: "value" }).apply(both) as q.tf.SymbolicTensor;
  const kind = dense(4, 6, { name: "kind", activation: "softmax" }).apply(both);
  return tf.model({ inputs: [a, b], outputs: [value, kind as q.tf.SymbolicTensor] });
};

/** Each op a call of its own, as model.fit has it: a compiled step may differ in the last bits. */
const eager = { compile: false, progress: false };

const size = 70;
const xs = random([size, 6], 1);
const other = random([size, 3], 2);
const values = random([size, 2], 3);
const numbers = random([size, 4], 4).argMax(-1);
const classes = numbers.toFloat();
const oneHot = tf.oneHot(numbers, 4).toFloat();
const bits = random([size, 2], 5).greater(0).toFloat();

type Case = {
  make(): q.tf.LayersModel;
  xs: q.ModelTensors;
  ys: q.ModelTensors;
  loss: q.Loss;
  metrics?: q.Metrics;
  optimizer?: () => q.tf.Optimizer;
};

const cases: Record<string, Case> = {
  "mean squared error, with metrics": {
    make: () => mlp(2, "linear"),
    xs,
    ys: values,
    loss: "meanSquaredError",
    metrics: ["mae", "cosine", tf.metrics.r2Score],
  },
  "categorical cross-entropy and accuracy": {
    make: () => mlp(4, "softmax"),
    xs,
    ys: oneHot,
    loss: "categoricalCrossentropy",
    metrics: ["accuracy", "precision"],
  },
  "labels of rank 1": {
    make: () => mlp(4, "softmax"),
    xs,
    ys: classes,
    loss: "sparseCategoricalCrossentropy",
    metrics: "acc",
  },
  "binary cross-entropy, adaptive steps": {
    make: () => mlp(2, "sigmoid"),
    xs,
    ys: bits,
    loss: "binaryCrossentropy",
    metrics: ["accuracy", "binaryAccuracy"],
    optimizer: () => tf.train.rmsprop(0.01),
  },
  "penalties on weights": {
    make: () =>
      mlp(2, "linear", { kernelRegularizer: tf.regularizers.l1l2({ l1: 0.01, l2: 0.1 }) }),
    xs,
    ys: values,
    loss: "meanAbsoluteError",
    optimizer: () => tf.train.momentum(0.05, 0.9),
  },
  "a function for the loss": {
    make: () => mlp(2, "linear"),
    xs,
    ys: values,
    loss: (yTrue, yPred) => tf.losses.huberLoss(yTrue, yPred),
    metrics: [
      function largest(yTrue, yPred) {
        return yTrue.sub(yPred).abs().max();
      },
    ],
  },
  "a sequential model with dropout off": {
    make: () => tf.sequential({ layers: [dense(5, 7, { inputShape: [6] }), dense(2, 8)] }),
    xs,
    ys: values,
    loss: "meanSquaredError",
    optimizer: () => tf.train.sgd(0.1),
  },
  "a recurrent layer": {
    make: () =>
      tf.sequential({
        layers: [
          layers.reshape({ inputShape: [6], targetShape: [3, 2] }),
          layers.lstm({
            units: 4,
            kernelInitializer: initial(9),
            recurrentInitializer: initial(10),
            returnSequences: true,
          }),
        ],
      }),
    xs,
    ys: random([size, 3, 4], 11),
    loss: "meanSquaredError",
    metrics: ["mae"],
  },
  "two inputs and two outputs, a loss for each": {
    make: twoByTwo,
    xs: [xs, other],
    ys: [values, oneHot],
    loss: ["meanSquaredError", "categoricalCrossentropy"],
    metrics: { kind: ["accuracy"], value: "mse" },
  },
  "two inputs and two outputs by name": {
    make: twoByTwo,
    xs: { b: other, a: xs },
    ys: { kind: classes, value: values },
    loss: { kind: "sparseCategoricalCrossentropy", value: "meanSquaredError" },
  },
};

describe("fit takes model.fit's steps and tells its callbacks the same", () => {
  it.each(Object.entries(cases))(
    "%s",
    { tags: "slow" },
    async (_, { make, optimizer, ...given }) => {
      const several = !(given.ys instanceof tf.Tensor);
      const makeOptimizer = optimizer ?? (() => tf.train.adam(0.02));
      const settings = { epochs: 3, batchSize: 32, shuffle: false };

      const theirs = make();
      theirs.compile({ ...given, optimizer: makeOptimizer() } as never);
      const expected: [string, number, object][] = [];
      await theirs.fit(given.xs as never, given.ys as never, {
        ...settings,
        verbose: 0,
        validationData: [given.xs, given.ys] as never,
        callbacks: record(expected) as never,
      });

      const ours = make();
      const seen: [string, number, object][] = [];
      const data = { xs: given.xs, ys: given.ys };
      await q.fit(ours, data, {
        ...settings,
        loss: given.loss,
        metrics: given.metrics,
        optimizer: makeOptimizer(),
        ...eager,
        validation: data,
        validationBatchSize: 32,
        callbacks: record(seen),
      });

      expect(weights(ours)).toEqual(weights(theirs));
      expect(seen.map(([hook]) => hook)).toEqual(expected.map(([hook]) => hook));
      for (const [i, [, count, logs]] of seen.entries()) {
        expect(count).toBe(expected[i]![1]);
        // tfjs mixes up the validation's losses of several outputs (see below).
        const kept = ([name]: [string, number]) => !several || !name.startsWith("val_");
        const [one, two] = [logs, expected[i]![2]].map((l) => Object.entries(l).filter(kept));
        expect(one!.map(([name]) => name)).toEqual(two!.map(([name]) => name));
        one!.forEach(([name, value], j) => {
          const theirs = two![j]![1];
          expect(Math.abs(value - theirs), name).toBeLessThanOrEqual(2e-6 * Math.abs(theirs));
        });
      }
    },
  );

  it("says the loss of each output in the validation, which tfjs shifts by one", async () => {
    const data = { xs: [xs, other], ys: [values, oneHot] };
    const model = twoByTwo();
    const logs: Record<string, number> = {};
    await q.fit(model, data, {
      epochs: 1,
      loss: ["meanSquaredError", "categoricalCrossentropy"],
      progress: false,
      validation: data,
      callbacks: { onEpochEnd: (_, given) => Object.assign(logs, given) },
    });
    const [value, kind] = model.predict([xs, other]) as q.tf.Tensor[];
    const mse = tf.losses.meanSquaredError(values, value!).dataSync()[0]!;
    const entropy = tf.metrics.categoricalCrossentropy(oneHot, kind!).mean().dataSync()[0]!;
    expect(logs.val_value_loss).toBeCloseTo(mse, 5);
    expect(logs.val_kind_loss).toBeCloseTo(entropy, 5);
    expect(logs.val_loss).toBeCloseTo(mse + entropy, 5);
  });

  it("takes class numbers as int32 too, and the labels of a data set", async () => {
    const loss = "sparseCategoricalCrossentropy";
    const options = { epochs: 2, loss, progress: false } as const;
    const provenance = { name: "toy", source: "here", licence: "CC0" };
    const labels = numbers as q.tf.Tensor1D;
    const set = new q.Dataset(xs.clone(), labels.clone(), { classes: 4, provenance });
    const [first, ...others] = await Promise.all(
      [{ xs, ys: classes }, { xs, ys: numbers }, set].map(async (data) => {
        const model = mlp(4, "softmax");
        await q.fit(model, data, options);
        return weights(model);
      }),
    );
    expect(others).toEqual([first, first]);
  });

  it("trains on a compiled model's loss, metrics and optimizer when none are given", async () => {
    const [ours, theirs] = [mlp(2, "linear"), mlp(2, "linear")];
    for (const model of [ours, theirs]) {
      model.compile({ loss: "meanSquaredError", metrics: ["mae"], optimizer: tf.train.sgd(0.03) });
    }
    const settings = { epochs: 2, batchSize: 32, shuffle: false };
    const { history } = await theirs.fit(xs, values, { ...settings, verbose: 0 });
    const results = await q.fit(ours, { xs, ys: values }, { ...settings, ...eager });
    expect(weights(ours)).toEqual(weights(theirs));
    expect(results.map(({ mae }) => mae!)).toEqual(
      (history.mae as number[]).map((mae) => expect.closeTo(mae, 5)),
    );
  });

  it("names the metrics in results and on the board", async () => {
    const points: object[] = [];
    const history = await q.fit(
      mlp(2, "sigmoid"),
      { xs, ys: bits },
      {
        epochs: 1,
        loss: "binaryCrossentropy",
        metrics: ["accuracy", "mse", (yTrue) => yTrue.mean()],
        validation: { xs, ys: bits },
        board: { push: (point) => points.push(point) },
        progress: false,
      },
    );
    const [result] = history;
    expect(Object.keys(result!)).toEqual([
      ...["epoch", "loss", "accuracy", "mse", "metric3"],
      ...["validationLoss", "validationAccuracy", "validationMse", "validationMetric3"],
    ]);
    expect(points).toEqual([
      {
        epoch: 1,
        loss: result!.loss,
        accuracy: result!.accuracy,
        mse: result!.mse,
        metric3: expect.closeTo(bits.mean().dataSync()[0]!, 5),
        "validation loss": result!.validationLoss,
        "validation accuracy": result!.validationAccuracy,
        "validation mse": result!.validationMse,
        "validation metric3": result!.validationMetric3,
      },
    ]);
  });

  it("stops where early stopping stops model.fit", async () => {
    const stopping = () =>
      tf.callbacks.earlyStopping({ monitor: "val_loss", patience: 2, minDelta: 0.01 });
    const settings = { epochs: 50, batchSize: 32, shuffle: false };
    const [ours, theirs] = [mlp(2, "linear"), mlp(2, "linear")];
    theirs.compile({ loss: "meanSquaredError", optimizer: tf.train.adam(0.02) });
    const { epoch } = await theirs.fit(xs, values, {
      ...settings,
      verbose: 0,
      validationData: [random([40, 6], 20), random([40, 2], 21)],
      callbacks: stopping(),
    });
    const history = await q.fit(
      ours,
      { xs, ys: values },
      {
        ...settings,
        // Compiled, and yet the same numbers.
        rewrite: false,
        loss: "meanSquaredError",
        optimizer: tf.train.adam(0.02),
        validation: { xs: random([40, 6], 20), ys: random([40, 2], 21) },
        ...eager,
        callbacks: stopping(),
      },
    );
    expect(epoch.length).toBeLessThan(50);
    expect(history.length).toBe(epoch.length);
    expect(weights(ours)).toEqual(weights(theirs));
  });
});

describe("evaluate", () => {
  it("gives the numbers of model.evaluate for tensors", () => {
    const model = mlp(4, "softmax");
    const loss = "categoricalCrossentropy";
    model.compile({ loss, metrics: ["accuracy", "mse"], optimizer: "sgd" });
    const expected = (model.evaluate(xs, oneHot) as q.tf.Scalar[]).map((s) => s.dataSync()[0]!);
    const data = { xs, ys: oneHot };
    const found = q.evaluate(model, data, { loss, metrics: ["accuracy", "mse"], batchSize: 32 });
    expect(Object.keys(found)).toEqual(["loss", "accuracy", "mse"]);
    expect(Object.values(found)).toEqual(expected.map((value) => expect.closeTo(value, 5)));
    expect(q.evaluate(model, data)).toEqual(
      q.evaluate(model, data, { loss, metrics: ["acc", "mse"] }),
    );
  });
});

/** Callbacks that write down what they are told. */
function record(list: [string, number, object][]): q.CallbackFunctions {
  const note = (hook: string) => (count: unknown, logs: object) => {
    const counted = typeof count === "number";
    list.push([hook, counted ? count : -1, { ...(counted ? logs : (count as object)) }]);
  };
  const hooks = ["TrainBegin", "TrainEnd", "EpochBegin", "EpochEnd", "BatchBegin", "BatchEnd"];
  return Object.fromEntries(hooks.map((hook) => [`on${hook}`, note(hook)]));
}

import { describe, expect, it } from "vitest";
import * as q from "../../src/index.js";
import { any } from "../fixtures/index.js";

const { tf } = q;

const { dense } = tf.layers;
const [a, b] = [tf.input({ shape: [3], name: "a" }), tf.input({ shape: [2], name: "b" })];
const both = tf.layers.concatenate().apply([a, b]);
const out = (units: number, name: string) =>
  dense({ units, name }).apply(both) as q.tf.SymbolicTensor;
const double = tf.model({ inputs: [a, b], outputs: [out(2, "u"), out(4, "v")], name: "double" });
const single = tf.sequential({ name: "single", layers: [dense({ units: 2, inputShape: [3] })] });
const [xs, ys] = [tf.ones([8, 3]), tf.ones([8, 2])];
const [x2, y2] = [tf.ones([8, 2]), tf.ones([8, 4])];

const train = (model: q.tf.LayersModel, data: unknown, options: object = {}) =>
  q.fit(model, any(data), { epochs: 1, loss: "meanSquaredError", progress: false, ...options });

describe("tensors as data", () => {
  it("come in the order of the seed, the same for each tensor", { tags: "slow" }, async () => {
    const rows = tf.range(0, 10).reshape([10, 1]) as q.tf.Tensor;
    const seen: number[][] = [];
    const loss = (yTrue: q.tf.Tensor, yPred: q.tf.Tensor) => {
      seen.push([...yTrue.dataSync()]);
      return yPred.sub(yTrue).square();
    };
    // Its output is its input: the loss is 0 as long as xs and ys stay together.
    const identity = () =>
      tf.sequential({
        layers: [dense({ units: 1, inputShape: [1], kernelInitializer: "ones" })],
      });
    const options = { loss, batchSize: 4, epochs: 2, seed: 5 };
    const history = await train(identity(), { xs: rows, ys: rows }, options);
    expect(history.map(({ loss }) => loss)).toEqual([0, 0]);
    seen.shift(); // A loss that is a function is tried on a batch before the training.
    const first = seen.slice(0, 3).flat();
    expect(seen.map(({ length }) => length)).toEqual([4, 4, 2, 4, 4, 2]);
    expect(first).not.toEqual(first.toSorted((i, j) => i - j));
    expect(first.toSorted((i, j) => i - j)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(seen.slice(3).flat()).not.toEqual(first);

    const labels = tf.tensor1d([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], "int32");
    const provenance = { name: "toy", source: "here", licence: "CC0" };
    const set = new q.Dataset(rows.clone(), labels, { classes: 10, provenance });
    const batch = set.batches(10, { seed: "5/1" }).next().value!;
    expect([...batch.ys.dataSync()]).toEqual(first);

    seen.length = 0;
    await train(identity(), { xs: rows, ys: rows }, { ...options, shuffle: false, epochs: 1 });
    seen.shift();
    expect(seen.flat()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it("may be alone, in lists and by name, and nothing of them is kept or freed", {
    tags: "slow",
  }, async () => {
    const held = tf.memory().numTensors;
    const data = { xs: [xs, x2], ys: [ys, y2] };
    await train(double, data, { validation: data });
    await train(double, { xs: { b: x2, a: xs }, ys: { v: y2, u: ys } });
    await train(single, { xs, ys: [ys] });
    const line = tf.sequential({ layers: [dense({ units: 1, inputShape: [1] })] });
    const numbers = tf.linspace(0, 1, 8);
    await train(line, { xs: numbers, ys: numbers }, { validation: { xs: numbers, ys: numbers } });
    line.dispose();
    numbers.dispose();
    // The optimizer of each training is gone, and so are the tensors of rank 2.
    expect(tf.memory().numTensors).toBe(held);
  });

  const data = { xs: [xs, x2], ys: [ys, y2] };
  it.each([
    ["a number", single, 3, {}, "invalid data: 3 (expected a data set, as in"],
    ["no targets", single, { xs }, {}, "invalid data: Object (expected a data set"],
    [
      "arrays",
      single,
      { xs: [[1, 2, 3]], ys },
      {},
      "invalid data: Array as xs (expected a tensor)",
    ],
    ["a scalar", single, { xs: tf.scalar(1), ys }, {}, "invalid data: a scalar as xs"],
    ["one of two", double, { xs, ys: [ys, y2] }, {}, 'in xs (model "double" has 2 inputs: a, b)'],
    ["a name less", double, { ...data, ys: { u: ys } }, {}, "invalid data: no tensor v in ys"],
    ["a wrong name", double, { ...data, xs: { a: xs, b: x2, c: x2 } }, {}, "unknown name c in xs"],
    ["a wrong input", double, { ...data, xs: [xs, xs] }, {}, "shape [3] for input b (model"],
    ["too few targets", single, { xs, ys: tf.ones([7, 2]) }, {}, "8 and 7 examples in its tensors"],
    [
      "targets of another shape",
      single,
      { xs, ys: tf.ones([8, 3]) },
      {},
      "targets of shape [3] for output dense",
    ],
    [
      "class numbers for a loss on shares",
      single,
      { xs, ys: tf.ones([8]) },
      { loss: "categoricalCrossentropy" },
      '(expected [2]; class numbers go with the loss "sparseCategoricalCrossentropy")',
    ],
    [
      "shares for a loss on class numbers",
      single,
      { xs, ys },
      { loss: "sparseCategoricalCrossentropy" },
      "of shape [2] (expected [1])",
    ],
    [
      "validation of another shape",
      single,
      { xs, ys },
      { validation: { xs: ys, ys } },
      "validation",
    ],
    [
      "no loss",
      single,
      { xs, ys },
      { loss: undefined },
      "invalid loss: undefined (expected what m",
    ],
    [
      "an unknown loss",
      single,
      { xs, ys },
      { loss: "l2" },
      "invalid loss: l2 (expected one of tfjs",
    ],
    ["a number as loss", single, { xs, ys }, { loss: 2 }, "invalid loss: 2 (expected a name or"],
    ["one loss of two", double, data, { loss: { u: "mse" } }, "or one for each output: u, v)"],
    [
      "a loss of nothing",
      single,
      { xs, ys },
      { loss: () => undefined },
      "invalid loss: its function returned undefined (expected a tensor)",
    ],
    [
      "an unknown metric",
      single,
      { xs, ys },
      { metrics: ["mae", "recall"] },
      'invalid metrics: recall (expected "accuracy"',
    ],
    [
      "a number as callback",
      single,
      { xs, ys },
      { callbacks: 3 },
      "invalid callbacks: 3 (expected",
    ],
    [
      "a misspelt callback",
      single,
      { xs, ys },
      { callbacks: [{ onEpochDone() {} }] },
      "invalid callbacks: onEpochDone (expected onTrainBegin",
    ],
    [
      "a word as callback",
      single,
      { xs, ys },
      { callbacks: { onEpochEnd: "log" } },
      "invalid callbacks: onEpochEnd is no function",
    ],
    [
      "no norm",
      single,
      { xs, ys },
      { clipNorm: 0 },
      "invalid clipNorm: 0 (expected a number above",
    ],
    [
      "a schedule of nothing",
      single,
      { xs, ys },
      { schedule: () => Number.NaN },
      "invalid schedule: NaN at step 0",
    ],
  ] as const)("are refused with %s, nothing leaked", async (_, model, data, options, message) => {
    const held = tf.memory().numTensors;
    await expect(train(model, data, options)).rejects.toThrow(message);
    expect(tf.memory().numTensors).toBe(held);
  });
});

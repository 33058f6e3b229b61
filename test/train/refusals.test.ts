import { expect, it } from "vitest";
import * as q from "../../src/index.js";

const { tf } = q;
const { layers } = tf;
const xs = tf.randomNormal([40, 6], 0, 1, "float32", 1);
const ys = tf.randomNormal([40, 1], 0, 1, "float32", 2);
const tensors = { xs, ys };

const regression = () =>
  tf.sequential({
    layers: [
      layers.dense({ units: 4, inputShape: [6], activation: "relu" }),
      layers.dense({ units: 1 }),
    ],
  });
const classifier = (units: number) =>
  tf.sequential({ layers: [layers.dense({ units, inputShape: [6], activation: "softmax" })] });
const squares = { epochs: 1, loss: "meanSquaredError", progress: false } as const;

function frozen() {
  const model = regression();
  for (const layer of model.layers) layer.trainable = false;
  return model;
}

const stateful = () =>
  tf.sequential({
    layers: [
      layers.lstm({ units: 3, stateful: true, batchInputShape: [8, 2, 3] }),
      layers.dense({ units: 1 }),
    ],
  });
const series = (size: number) => ({ xs: tf.zeros([size, 2, 3]), ys: tf.zeros([size, 1]) });

/** The faults, with the message that names each before a step is taken. */
const cases: [string, () => q.tf.LayersModel, q.TrainingData, object, RegExp][] = [
  [
    "a frozen model",
    frozen,
    tensors,
    squares,
    /nothing to train, all its weights are frozen \(expected a layer .* trainable is true\)/,
  ],
  [
    "a model without weights",
    () => tf.sequential({ layers: [layers.reLU({ inputShape: [6] })] }),
    { xs, ys: xs },
    squares,
    /nothing to train, it has no weights/,
  ],
  [
    "a loss that doesn't depend on the outputs",
    regression,
    tensors,
    { ...squares, loss: () => tf.scalar(3) },
    /invalid loss: no weight that is trained in model ".*" has a gradient/,
  ],
  [
    "one class",
    () => classifier(1),
    q.dataset(xs, tf.zeros([40], "int32") as q.tf.Tensor1D),
    { epochs: 1 },
    /all examples are of class 0 \(expected examples of at least two classes\)/,
  ],
  [
    "a class that the model hasn't",
    () => classifier(3),
    { xs, ys: tf.fill([40, 1], 3, "int32") },
    { ...squares, loss: "sparseCategoricalCrossentropy" },
    /3 as a class for output .* \(expected whole numbers from 0 to 2: the output has 3 values\)/,
  ],
  [
    "a batch size other than the model's",
    stateful,
    series(16),
    squares,
    /invalid batchSize: 16 examples in batches of 64 .* takes batches of 8/,
  ],
  [
    "a smaller last batch for a model with a fixed one",
    stateful,
    series(20),
    { ...squares, batchSize: 8 },
    /invalid batchSize: 20 examples in batches of 8 .* takes batches of 8/,
  ],
];

it.each(cases)("%s is refused, and nothing leaks", async (_, make, data, options, message) => {
  const model = make();
  model.predict(tf.zeros(model.inputs[0]!.shape.map((length) => length ?? 1)));
  const before = tf.memory().numTensors;
  await expect(q.fit(model, data, { progress: false, ...options } as never)).rejects.toThrow(
    message,
  );
  expect(tf.memory().numTensors).toBe(before);
});

it.each([1, 37])(
  "%i examples train, the last batch smaller than the others",
  { tags: "slow" },
  async (count) => {
    const data = { xs: xs.slice(0, count), ys: ys.slice([0, 0], [count, 1]).reshape([count]) };
    const model = regression();
    const history = await q.fit(model, data, { ...squares, epochs: 30, batchSize: 8 });
    expect(history.at(-1)!.loss).toBeLessThan(history[0]!.loss);
    // The mean over the examples, not over the batches.
    const { loss } = q.evaluate(model, data, { loss: "meanSquaredError", batchSize: 8 });
    const errors = (model.predict(data.xs) as q.tf.Tensor).reshape([count]).sub(data.ys).square();
    expect(loss).toBeCloseTo(errors.mean().dataSync()[0]!, 5);
  },
);

import { expect, it } from "vitest";
import * as q from "../../../src/index.js";

const { tf } = q;

it("a tensor that is split into one has its gradient", () => {
  const x = tf.tensor2d([[1, 2, 3]]);
  const unstacked = tf.grad((x) => tf.unstack(x)[0]!.square().sum())(x);
  const split = tf.grad((x) => tf.split(x, 1)[0]!.square().sum())(x);
  for (const gradient of [unstacked, split]) {
    expect(gradient.shape).toEqual([1, 3]);
    expect([...gradient.dataSync()]).toEqual([2, 4, 6]);
  }
});

it("layers before a recurrent layer of one step are trained", { tags: "slow" }, async () => {
  const model = tf.sequential();
  model.add(tf.layers.dense({ units: 3, inputShape: [1, 2] }));
  model.add(tf.layers.lstm({ units: 3 }));
  const xs = tf.randomNormal([8, 1, 2], 0, 1, "float32", 1);
  const ys = tf.zeros([8, 3]);
  const options = { epochs: 5, loss: "meanSquaredError", progress: false } as const;
  const history = await q.fit(model, { xs, ys }, options);
  expect(history.at(-1)!.loss).toBeLessThan(history[0]!.loss);
});

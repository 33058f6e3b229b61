import { expect, it } from "vitest";
import * as q from "../../src/index.js";

const { tf } = q;

it("q.fit keeps tfjs's own constraints too, which model.fit forgets", {
  tags: "slow",
}, async () => {
  const kernelConstraint = tf.constraints.nonNeg();
  const weights = [tf.tensor2d([[0.1], [0.1]]), tf.zeros([1])];
  const layer = tf.layers.dense({ units: 1, inputShape: [2], kernelConstraint, weights });
  const model = tf.sequential({ layers: [layer] });
  const [xs, ys] = [tf.eye(2), tf.tensor2d([[1], [-1]])];
  const options = {
    epochs: 30,
    loss: "meanSquaredError",
    schedule: "constant",
    progress: false,
  } as const;
  await q.fit(model, { xs, ys }, { ...options, rewrite: false });
  const [first, second] = model.getWeights()[0]!.dataSync();
  expect(first).toBeGreaterThan(0.2);
  expect(second).toBe(0);
});

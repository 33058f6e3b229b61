import { expect, it } from "vitest";
import * as q from "../../../src/index.js";

const { tf } = q;

it.each(["bool", "int32"] as const)("the mean of %s values becomes a graph", (dtype) => {
  const mean = q.compile((x: q.tf.Tensor) => tf.mean(x, -1));
  const x = tf.tensor2d([1, 0, 0, 1, 1, 1, 0, 1], [2, 4], dtype);
  for (let call = 0; call < 4; call++) expect([...mean(x).dataSync()]).toEqual([0.5, 0.75]);
});

it("the training of several labels becomes a graph, with their accuracy", {
  tags: "slow",
}, async () => {
  const model = tf.sequential();
  model.add(tf.layers.dense({ units: 3, activation: "sigmoid", inputShape: [2] }));
  const xs = tf.randomNormal([16, 2], 0, 1, "float32", 1);
  const ys = tf.randomUniform([16, 3], 0, 2, "int32", 2);
  const history = await q.fit(
    model,
    { xs, ys },
    {
      epochs: 25,
      loss: "binaryCrossentropy",
      metrics: ["accuracy"],
      progress: false,
    },
  );
  const { acc, accuracy = acc } = history.at(-1) as Record<string, number>;
  const predicted = (model.predict(xs) as q.tf.Tensor).greater(0.5).toInt();
  expect(
    q.evaluate(model, { xs, ys }, { loss: "binaryCrossentropy", metrics: ["accuracy"] }),
  ).toEqual(
    expect.objectContaining({
      accuracy: expect.closeTo(predicted.equal(ys).toFloat().mean().dataSync()[0]!, 6),
    }),
  );
  expect(accuracy).toBeGreaterThan(0);
});

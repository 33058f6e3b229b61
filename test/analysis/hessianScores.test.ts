import { expect, it } from "vitest";
import * as q from "../../src/index.js";
import { randomize } from "../fixtures/networks.js";

const { tf } = q;
const { layers } = tf;

it("a Hessian's trace leaves no tensors behind where an op has no second derivative", async () => {
  const window = { kernelSize: 3, inputShape: [5, 5, 2] };
  const model = tf.sequential();
  model.add(layers.depthwiseConv2d({ name: "first", ...window }));
  model.add(layers.activation({ activation: "relu6" }));
  model.add(layers.globalAveragePooling2d({}));
  model.add(layers.dense({ name: "logits", units: 3 }));
  randomize(model, 1);
  const xs = tf.randomNormal([8, 5, 5, 2], 0, 1, "float32", 1);
  const ys = tf.tensor1d([0, 1, 2, 0, 1, 2, 0, 1], "int32");
  const before = tf.memory().numTensors;
  const hessian = await q.analysis.hessianTrace(model, { xs, ys }, { samples: 2 });
  expect(hessian.method).toBe("central differences");
  expect(tf.memory().numTensors).toBe(before);
  // A scheme may name layers by their types.
  const scheme = q.scheme({ weights: q.int(8), exclude: ["DepthwiseConv2D"] });
  const scores = await hessian.scores(scheme, { bits: [2, 4] });
  expect(Object.keys(scores)).toEqual(["logits"]);
  expect(tf.memory().numTensors).toBe(before);
});

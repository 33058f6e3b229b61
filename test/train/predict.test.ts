import { expect, it } from "vitest";
import * as q from "../../src/index.js";

const { tf } = q;
const model = () => q.models.mlp({ inputShape: [4], units: [3], classes: 2, seed: 1 });

it("q.predict gives the output of the model, or of a layer, for data sets and tensors alike", () => {
  tf.tidy(() => {
    const [net, xs] = [model(), tf.eye(4)];
    const data = q.dataset(xs as q.tf.Tensor2D, [0, 1, 0, 1]);
    const theirs = (net.predict(xs) as q.tf.Tensor).dataSync();
    expect(q.predict(net, data).dataSync()).toEqual(theirs);
    expect(q.predict(net, xs).dataSync()).toEqual(theirs);
    expect(q.predict(net, { xs }).dataSync()).toEqual(theirs);
    const hidden = q.predict(net, data, { layer: net.layers[1]!.name });
    expect(hidden.shape).toEqual([4, 3]);
    const layer = net.layers.at(-1)!.name;
    expect(q.predict(net, data, { layer }).dataSync()).toEqual(theirs);
    net.dispose();
  });
});

it("q.predict refuses what isn't a model, examples of another shape, unknown layers and several outputs", () => {
  const net = model();
  expect(() => q.predict(null as never, tf.eye(4))).toThrow("invalid model: null");
  expect(() => q.predict(net, tf.zeros([1, 5]))).toThrow("invalid data");
  expect(() => q.predict(net, tf.zeros([1, 4]), { layer: "conv" })).toThrow("invalid layer: conv");
  const two = tf.model({ inputs: net.inputs, outputs: [net.outputs[0]!, net.outputs[0]!] });
  expect(() => q.predict(two, tf.zeros([1, 4]))).toThrow("has 2 outputs (expected one");
  net.dispose();
});

it("q.trained takes a model or its promise, trains it as q.fit does, and returns it", async () => {
  const data = q.dataset(tf.eye(4) as q.tf.Tensor2D, [0, 1, 0, 1]);
  const [one, other] = [model(), model()];
  const how = { epochs: 2, seed: 3 };
  expect(await q.trained(one, data, how)).toBe(one);
  expect(await q.trained(Promise.resolve(other), data, how)).toBe(other);
  const fitted = model();
  await q.fit(fitted, data, { ...how, progress: false });
  const weights = (of: q.tf.LayersModel) => of.getWeights().map((w) => [...w.dataSync()]);
  expect(weights(one)).toEqual(weights(fitted));
  expect(weights(other)).toEqual(weights(fitted));
  await expect(q.trained(one, data, { epochs: -1 })).rejects.toThrow("invalid epochs: -1");
  for (const net of [one, other, fitted, data]) net.dispose();
});

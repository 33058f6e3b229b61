import { expect, it } from "vitest";
import * as q from "../../src/index.js";

const { tf } = q;

/** A classifier of two inputs, and examples of it as tensors. */
function twoInputs() {
  const inputs = [2, 3].map((size, i) => tf.input({ name: `input${i}`, shape: [size] }));
  const joined = tf.layers.concatenate().apply(inputs) as q.tf.SymbolicTensor;
  const logits = tf.layers.dense({ name: "logits", units: 3 }).apply(joined);
  const model = tf.model({ inputs, outputs: logits as q.tf.SymbolicTensor });
  const xs = [2, 3].map((size, i) => q.random.normal([12, size], { seed: i }));
  const ys = tf.tensor1d(
    Array.from({ length: 12 }, (_, i) => i % 3),
    "int32",
  );
  return { model, xs, ys };
}

/** The same classifier of one input, and examples of it as a data set. */
function oneInput({ model, xs, ys }: ReturnType<typeof twoInputs>) {
  const joined = tf.sequential({
    layers: [tf.layers.dense({ name: "logits", units: 3, inputShape: [5] })],
  });
  joined.setWeights(model.getWeights());
  const provenance = { name: "toy", source: "here", licence: "CC0" };
  return { model: joined, data: new q.Dataset(tf.concat(xs, 1), ys, { classes: 3, provenance }) };
}

it("q.analysis.hessianTrace takes tensors, for models with several inputs too", {
  tags: "slow",
}, async () => {
  const two = twoInputs();
  const one = oneInput(two);
  const options = { samples: 4, batchSize: 5 };
  const { rows } = await q.analysis.hessianTrace(one.model, one.data, options);
  const trace = await q.analysis.hessianTrace(two.model, two, options);
  expect(trace.rows[0]!.layer).toBe("logits");
  expect(trace.rows[0]!.trace).toBeCloseTo(rows[0]!.trace, 4);
  expect(Object.keys(await trace.scores(q.scheme({ weights: q.int(4) }), { bits: [2] }))).toEqual([
    "logits",
  ]);
  const oneHot = { xs: two.xs, ys: tf.oneHot(two.ys, 3) };
  const hot = await q.analysis.hessianTrace(two.model, oneHot, options);
  expect(hot.rows[0]!.trace).toBe(trace.rows[0]!.trace);
});

it("q.compression.distillation takes tensors, for models with several inputs too", async () => {
  const two = twoInputs();
  const one = oneInput(two);
  const expected = await q.compression.distillation(one.model, one.data);
  const lesson = await q.compression.distillation(two.model, two);
  expect(lesson.data.xs).toBe(two.xs);
  expect(lesson.data.ys.sub(expected.data.ys).abs().max().dataSync()[0]).toBeLessThan(1e-5);
  const options = { ...lesson.options, epochs: 2, progress: false };
  expect((await q.fit(two.model, lesson.data, options)).length).toBe(2);
  await expect(
    q.compression.distillation(two.model, { xs: two.xs, ys: two.ys.add(1) }),
  ).rejects.toThrow("invalid data: class 3");
});

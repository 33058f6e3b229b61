import { expect, it } from "vitest";
import * as q from "../../src/index.js";
import { difference, randomize } from "../fixtures/networks.js";

const { tf } = q;
const { layers } = tf;
type Symbolic = q.tf.SymbolicTensor;
const scheme = q.scheme({ weights: q.int(8, { per: "channel" }), activations: q.uint(8) });
const xs = tf.randomNormal([16, 4], 0, 1, "float32", 1);
const ys = tf.randomNormal([16, 2], 0, 1, "float32", 2);

const dense = (name: string, options = {}) => layers.dense({ name, units: 4, ...options });

/** Two models with equal names inside, and a layer that is called as the path of one of theirs is. */
function towers(head: string): q.tf.LayersModel {
  const input = tf.input({ shape: [4], name: "values" });
  const sides = ["left", "right"].map((name) => {
    const tower = tf.sequential({ name, layers: [dense("hidden", { inputShape: [4] })] });
    return tower.apply(input) as Symbolic;
  });
  const sum = layers.add({ name: "sum" }).apply(sides) as Symbolic;
  const outputs = layers.dense({ name: head, units: 2 }).apply(sum) as Symbolic;
  return randomize(tf.model({ inputs: input, outputs }), 1);
}

it("a layer of a model inside gets a number if its path is the name of another layer", async () => {
  const model = towers("left/hidden");
  const folded = q.foldBatchNorm(model);
  expect(folded.layers.map(({ name }) => name)).toEqual([
    "values",
    "left/hidden_1",
    "right/hidden",
    "sum",
    "left/hidden",
  ]);
  expect(difference(model, folded, xs)).toBeLessThan(1e-6);
});

it("a layer that a technique puts between layers gets a name that no layer has", async () => {
  const input = tf.input({ shape: [4], name: "values" });
  const relu = layers.reLU({ name: "values_quantized" }).apply(dense("hidden").apply(input));
  const next = dense("output_quantizer").apply(relu as Symbolic);
  const outputs = dense("output").apply(next as Symbolic) as Symbolic;
  const model = randomize(tf.model({ inputs: input, outputs }), 1);
  const prepared = await q.prepare(model, scheme, { calibration: { xs } });
  expect(prepared.layers.map(({ name }) => name)).toEqual([
    "values",
    "values_quantized_1",
    "hidden",
    "values_quantized",
    "output_quantizer",
    "output",
  ]);
  expect(String(q.calibration.report(prepared))).toContain("values ");
  let saved: unknown;
  const keep = tf.io.withSaveHandler(async (artifacts) => {
    saved = artifacts;
    return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: "JSON" } };
  });
  await prepared.save(keep);
  const loaded = await tf.loadLayersModel(tf.io.fromMemory(saved as never));
  expect(difference(prepared, loaded, xs)).toBe(0);
  const dynamic = q.ptq.dynamic(model, q.scheme({ weights: q.int(8), activations: q.int(8) }));
  expect(dynamic.layers.map(({ name }) => name)).toContain("output_quantizer_1");
  expect(difference(model, dynamic, xs)).toBeLessThan(0.1);
});

it("an input that is an output too is returned as it is", async () => {
  const input = tf.input({ shape: [4], name: "values" });
  const outputs = [dense("hidden").apply(input) as Symbolic, input];
  const model = randomize(tf.model({ inputs: input, outputs }), 1);
  const prepared = await q.prepare(model, scheme, { calibration: { xs } });
  expect(prepared.outputNames).toEqual(["hidden", "values"]);
  const [, returned] = prepared.predict(xs) as q.tf.Tensor[];
  expect(returned!.dataSync()).toEqual(xs.dataSync());
});

it("every analysis and pruning know layers of models inside by their names in the whole model", {
  tags: "slow",
}, async () => {
  const model = towers("head");
  const names = ["left/hidden", "right/hidden", "head"];
  const before = tf.memory().numTensors;
  const sensitivity = await q.analysis.sensitivity(
    model,
    scheme,
    { xs, ys },
    {
      bits: [4, 8],
      loss: "meanSquaredError",
    },
  );
  const measured = sensitivity.rows.filter(({ part }) => part === "weights");
  expect([...new Set(measured.map(({ layer }) => layer))]).toEqual(names);
  const bytes = 4 * 4 * 2 + 4 * (4 + 4 + 2) + 4 * 2;
  const mixed = q.analysis.mixedPrecision(model, scheme, {
    budget: { bytes: 4 * bytes },
    sensitivity,
  });
  expect(Object.keys(mixed.bits)).toEqual(names);
  expect(tf.memory().numTensors).toBe(before);
  const pruned = q.compression.prune(model, { sparsity: { "right/*": 0.75 } });
  const zeros = (name: string) =>
    pruned
      .getLayer(name)
      .getWeights()[0]!
      .dataSync()
      .filter((value) => value === 0).length;
  expect(names.map(zeros)).toEqual([0, 12, 0]);
});

import { describe, expect, it } from "vitest";
import * as q from "../../src/index.js";

const { tf } = q;
const { layers } = tf;
const scheme = q.scheme({ weights: q.int(8), activations: q.uint(8) });
const xs = tf.randomNormal([16, 4], 0, 1, "float32", 1);
const calibration = { xs };

/** Everything that builds a model of four inputs anew. */
const rebuilds: Record<string, (model: q.tf.LayersModel) => q.tf.LayersModel | Promise<unknown>> = {
  foldBatchNorm: q.foldBatchNorm,
  prune: (model) => q.compression.prune(model, { sparsity: 0.5 }),
  cluster: (model) => q.compression.cluster(model, { bits: 4 }),
  dynamic: (model) => q.ptq.dynamic(model, scheme),
  rotate: (model) => q.ptq.rotate(model, { online: true }),
  equalize: (model) => q.ptq.equalize(model),
  prepare: (model) => q.prepare(model, scheme, { calibration }),
  "prepare, batchNorm: train": (model) =>
    q.prepare(model, scheme, { calibration, batchNorm: "train" }),
};

const each = Object.entries(rebuilds).map(
  ([name, run]) =>
    [name, async (model: q.tf.LayersModel) => (await run(model)) as q.tf.LayersModel] as const,
);

/** The trained weights, as layer/weight. */
const trained = (model: q.tf.LayersModel) =>
  model.layers.flatMap((layer) =>
    layer.trainableWeights
      .filter((weight) => model.trainableWeights.includes(weight))
      .map((weight) => `${layer.name}/${weight.name.split("/").at(-1)!.replace(/_\d+$/, "")}`),
  );

function transfer(): { base: q.tf.LayersModel; model: q.tf.LayersModel } {
  const hidden = { units: 8, activation: "relu" as const, inputShape: [4] };
  const base = tf.sequential({
    name: "base",
    layers: [layers.dense({ name: "b1", ...hidden }), layers.dense({ name: "b2", ...hidden })],
  });
  const head = layers.dense({ name: "head", units: 3 });
  return { base, model: tf.sequential({ layers: [base, head] }) };
}

describe.each(each)("a rebuilt model: %s", (_, rebuild) => {
  it("has a frozen base as frozen, and lets it be unfrozen", async () => {
    const { base, model } = transfer();
    base.trainable = false;
    const rebuilt = await rebuild(model);
    expect(trained(rebuilt)).toEqual(["head/kernel", "head/bias"]);
    for (const layer of rebuilt.layers) layer.trainable = true;
    expect(rebuilt.trainableWeights).toHaveLength(6);
  });

  it("has a frozen base as frozen where it is called as a function", async () => {
    const { base, model } = transfer();
    const input = tf.input({ shape: [4] });
    const output = (model.layers[1]!.apply(base.apply(input)) as q.tf.SymbolicTensor) ?? input;
    base.trainable = false;
    const rebuilt = await rebuild(tf.model({ inputs: input, outputs: output }));
    expect(trained(rebuilt)).toEqual(["head/kernel", "head/bias"]);
  });

  it("is frozen as a whole where the model is, until it is unfrozen", async () => {
    const { model } = transfer();
    model.trainable = false;
    const rebuilt = await rebuild(model);
    expect(rebuilt.trainableWeights).toEqual([]);
    rebuilt.trainable = true;
    expect(rebuilt.trainableWeights).toHaveLength(6);
  });

  it("has single weights as frozen, with the values that belong to them", async () => {
    const { model, base } = transfer();
    const [kernel] = base.layers[1]!.weights;
    kernel!.trainable = false;
    const rebuilt = await rebuild(model);
    expect(trained(rebuilt).filter((name) => name.startsWith("b2"))).toEqual(["b2/bias"]);
    expect(kernel!.trainable).toBe(false);
  });

  it("has the names of inputs and outputs", async () => {
    const input = tf.input({ shape: [4], name: "features" });
    const block = (name: string, units: number) =>
      tf.sequential({
        name,
        layers: [
          layers.dense({ name: "hidden", units: 8, activation: "relu", inputShape: [4] }),
          layers.dense({ name: "last", units }),
        ],
      });
    const outputs = [block("left", 3), block("right", 2)].map(
      (one) => one.apply(input) as q.tf.SymbolicTensor,
    );
    const model = tf.model({ inputs: input, outputs });
    const rebuilt = await rebuild(model);
    expect(rebuilt.inputNames).toEqual(["features"]);
    expect(rebuilt.outputNames).toEqual(["left", "right"]);
    expect(rebuilt.outputs.map(({ shape }) => shape[1])).toEqual([3, 2]);
    // Layers with equal names are told apart by the models that they belong to.
    for (const name of ["left/hidden", "right/last"]) expect(rebuilt.getLayer(name)).toBeDefined();
    expect(model.layers[1]!.name).toBe("left");
    expect((model.layers[1] as q.tf.LayersModel).layers[0]!.name).toBe("hidden");
  });
});

it("two models of one factory stand side by side, and a scheme names their layers apart", async () => {
  const input = tf.input({ shape: [4] });
  const towers = [1, 2].map((seed) => {
    const tower = q.models.mlp({ inputShape: [4], units: [8], classes: 3, seed });
    tower.name = `tower${seed}`;
    return tower;
  });
  const outputs = layers.average().apply(towers.map((tower) => tower.apply(input)) as never);
  const model = tf.model({ inputs: input, outputs: outputs as q.tf.SymbolicTensor });
  const exclude = ["tower1/logits"];
  const qat = await q.prepare(model, q.scheme({ weights: q.int(8), exclude }), { calibration });
  expect(qat.getLayer("tower1/logits").getClassName()).toBe("Dense");
  expect(qat.getLayer("tower2/logits").getClassName()).toBe("QuantizedLayer");
  const folded = q.foldBatchNorm(model);
  const predictions = [model, folded].map((one) => (one.predict(xs) as q.tf.Tensor).dataSync());
  expect(predictions[1]).toEqual(predictions[0]);
  await expect(
    q.prepare(model, q.scheme({ weights: q.int(8), exclude: ["logits"] }), { calibration }),
  ).rejects.toThrow(/no layer "logits", by name or type \(the model has .*tower1\/logits/);
});

it("learned ranges of a frozen layer are frozen with the layer, until it is unfrozen, saved or not", async () => {
  const { base, model } = transfer();
  base.trainable = false;
  const qat = await q.prepare(model, scheme, { calibration, estimator: "lsq" });
  let saved: Parameters<typeof tf.io.fromMemory>[0] | undefined;
  await qat.save(
    tf.io.withSaveHandler(async (artifacts) => {
      saved = artifacts as never;
      return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: "JSON" } };
    }),
  );
  const loaded = await tf.loadLayersModel(tf.io.fromMemory(saved as never));
  for (const one of [qat, loaded]) {
    expect(trained(one).filter((name) => /^b\d\//.test(name))).toEqual([]);
    one.getLayer("b1").trainable = true;
    const learned = trained(one).filter((name) => name.startsWith("b1/"));
    expect(learned).toEqual(expect.arrayContaining(["b1/kernel", "b1/bias", "b1/kernel_scale"]));
  }
});

describe("batch normalization that is frozen by itself", () => {
  function network(frozen: { conv?: boolean; normalization?: boolean }) {
    const conv = layers.dense({ name: "conv", units: 5, inputShape: [4], useBias: false });
    const normalization = layers.batchNormalization({ name: "bn" });
    const model = tf.sequential({
      layers: [
        conv,
        normalization,
        layers.reLU({ name: "relu" }),
        layers.dense({ units: 2, name: "end" }),
      ],
    });
    normalization.setWeights(
      [1, 2, 3, 4].map((seed) => tf.randomUniform([5], 0.5, 2, "float32", seed)),
    );
    conv.trainable = !frozen.conv;
    normalization.trainable = !frozen.normalization;
    return model;
  }

  it("takes its bias out of the training when it is folded", () => {
    const folded = q.foldBatchNorm(network({ normalization: true }));
    expect(trained(folded)).toEqual(["conv/kernel", "end/kernel", "end/bias"]);
  });

  it("keeps γ and β out of a training that goes on with its statistics", async () => {
    const options = { calibration, batchNorm: "train" } as const;
    const qat = await q.prepare(network({ normalization: true }), scheme, options);
    expect(trained(qat)).toEqual(["conv/kernel", "end/kernel", "end/bias"]);
  });

  it("stays where it is trained and the kernel before it isn't", () => {
    const model = network({ conv: true });
    const folded = q.foldBatchNorm(model);
    expect(trained(folded)).toEqual(["bn/gamma", "bn/beta", "end/kernel", "end/bias"]);
    const [a, b] = [model, folded].map((one) => (one.predict(xs) as q.tf.Tensor).dataSync());
    expect(b).toEqual(a);
  });
});

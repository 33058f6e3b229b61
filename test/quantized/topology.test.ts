import { beforeAll, describe, expect, it } from "vitest";
import * as q from "../../src/index.js";
import { digits } from "../fixtures/index.js";

const { tf } = q;
const { layers } = tf;
type Symbolic = q.tf.SymbolicTensor;
const scheme = q.scheme({ weights: q.int(8, { per: "channel" }), activations: q.uint(8) });
let calibration: q.Dataset;
beforeAll(async () => {
  calibration = (await digits()).train.take(64);
});

const dense = (name: string, units: number, seed: number) =>
  layers.dense({ name, units, kernelInitializer: tf.initializers.glorotNormal({ seed }) });
const outputs = (model: q.tf.LayersModel, xs: q.tf.Tensor | q.tf.Tensor[] = calibration.xs) =>
  [model.predict(xs)].flat() as q.tf.Tensor[];

function expectNear(a: q.tf.Tensor[], b: q.tf.Tensor[]): void {
  expect(b.length).toBe(a.length);
  a.forEach((one, i) => {
    const size = one.abs().max().dataSync()[0]!;
    const error = one.sub(b[i]!).abs().max().dataSync()[0]!;
    expect(error / size).toBeLessThan(0.03);
    expect(error).toBeGreaterThan(0);
  });
}

describe("prepare", () => {
  it("shares what a layer that is used twice shares: its kernel and its range", async () => {
    const input = tf.input({ shape: [8, 8, 1] });
    const flat = layers.flatten({}).apply(input) as Symbolic;
    const first = dense("first", 8, 1).apply(flat) as Symbolic;
    const twice = dense("twice", 8, 2);
    const relu = layers.reLU({});
    const once = relu.apply(twice.apply(first)) as Symbolic;
    const again = relu.apply(twice.apply(once)) as Symbolic;
    const model = tf.model({
      inputs: input,
      outputs: dense("logits", 3, 3).apply(again) as Symbolic,
    });
    const prepared = await q.prepare(model, scheme, { calibration, method: "minmax" });
    expectNear(outputs(model), outputs(prepared));
    expect(prepared.layers.filter(({ name }) => name === "twice").length).toBe(1);
    const quantized = await q.quantize(model, scheme, { calibration, method: "minmax" });
    expect(outputs(quantized)[0]!.dataSync()).toEqual(outputs(prepared)[0]!.dataSync());
    // No factor goes into a layer for both of its uses.
    expect(() => q.ptq.equalize(model)).toThrow(
      'a factor doesn\'t pass "twice", which is used in 2 places',
    );
  });

  it("takes the layers of models inside the model for its own", async () => {
    const features = tf.sequential({
      name: "features",
      layers: [
        layers.conv2d({ name: "conv", filters: 4, kernelSize: 3, inputShape: [8, 8, 1] }),
        layers.batchNormalization({ name: "norm" }),
        layers.reLU({ name: "relu" }),
      ],
    });
    const head = tf.sequential({
      name: "head",
      layers: [layers.flatten({ inputShape: [6, 6, 4] }), dense("logits", 3, 1)],
    });
    const input = tf.input({ shape: [8, 8, 1] });
    const model = tf.model({
      inputs: input,
      outputs: head.apply(features.apply(input)) as Symbolic,
    });
    const prepared = await q.prepare(model, scheme, { calibration, method: "minmax" });
    const names = prepared.layers.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["conv", "relu", "logits"]));
    expect(names).not.toContain("norm");
    expectNear(outputs(model), outputs(prepared));
    expectNear(
      outputs(model),
      outputs(await q.quantize(model, scheme, { calibration, techniques: ["biasCorrection"] })),
    );
    const { rows } = await q.analysis.layers(model, prepared, calibration);
    expect(rows.map(({ layer }) => layer)).toContain("conv");
  });

  it("takes models with two outputs, one of them read inside too", async () => {
    const input = tf.input({ shape: [8, 8, 1] });
    const flat = layers.flatten({}).apply(input) as Symbolic;
    const middle = dense("middle", 6, 1).apply(flat) as Symbolic;
    const end = dense("end", 3, 2).apply(middle) as Symbolic;
    const model = tf.model({ inputs: input, outputs: [end, middle] });
    const prepared = await q.prepare(model, scheme, { calibration, method: "minmax" });
    expectNear(outputs(model), outputs(prepared));
    const bits = ["middle", "end"].map(
      (name) => (prepared.getLayer(name) as q.QuantizedLayer).quantization().activations?.bits,
    );
    expect(bits).toEqual([8, undefined]);
    const { xs } = calibration;
    const twin = await q.prepare(model, scheme, { calibration: { xs }, method: "minmax" });
    const numbers = (one: q.tf.LayersModel) => outputs(one).map((tensor) => tensor.dataSync());
    expect(numbers(twin)).toEqual(numbers(prepared));
    await expect(
      q.prepare(model, scheme, { calibration: { xs: tf.zeros([4, 5]) } }),
    ).rejects.toThrow("which has 1 input (expected { xs: [");
  });

  it("takes models with two inputs, and says what to calibrate them on", async () => {
    const [left, right] = ["left", "right"].map((name) => tf.input({ name, shape: [5] }));
    const sides = [left!, right!].map((input, i) => dense(`side${i}`, 4, i).apply(input));
    const joined = layers.concatenate({ name: "joined" }).apply(sides as Symbolic[]);
    const end = dense("end", 3, 2).apply(joined) as Symbolic;
    const model = tf.model({ inputs: [left!, right!], outputs: end });
    const xs = [1, 2].map((seed) => tf.randomNormal([40, 5], 0, 1, "float32", seed));
    const options = { calibration: { xs }, method: "minmax" } as const;
    const prepared = await q.prepare(model, scheme, options);
    expectNear(outputs(model, xs), outputs(prepared, xs));
    // Joined values share a range.
    const bits = ["side0", "side1", "joined"].map(
      (name) => (prepared.getLayer(name) as q.QuantizedLayer).quantization().activations?.bits,
    );
    expect(bits).toEqual([undefined, undefined, 8]);
    await expect(q.prepare(model, scheme, { calibration })).rejects.toThrow(
      'invalid calibration: examples of shape [8, 8, 1] (model "',
    );
    await expect(q.prepare(model, scheme, { calibration: { xs: xs[0]! } })).rejects.toThrow(
      "which has 2 inputs (expected { xs: [left, right] } with tensors of shapes [examples, 5] and [examples, 5])",
    );
  });

  it("says which layer gives several tensors, or keeps its state", async () => {
    const of = (layer: InstanceType<typeof layers.Layer>, batch: number | null = null) => {
      const input = tf.input({ batchShape: [batch, 8, 8, 1] });
      const rows = layers.reshape({ targetShape: [8, 8] }).apply(input) as Symbolic;
      const given = [layer.apply(rows)].flat() as Symbolic[];
      return tf.model({
        inputs: input,
        outputs: dense("logits", 3, 1).apply(given[0]!) as Symbolic,
      });
    };
    const states = of(layers.lstm({ name: "states", units: 2, returnState: true }));
    await expect(q.prepare(states, scheme, { calibration })).rejects.toThrow(
      'cannot quantize layer "states" (LSTM): it has several outputs (expected one, without returnState',
    );
    const stateful = of(layers.gru({ name: "keeps", units: 2, stateful: true }), 64);
    await expect(q.prepare(stateful, scheme, { calibration })).rejects.toThrow(
      'cannot quantize layer "keeps" (GRU): it keeps its state between batches (expected { stateful: false })',
    );
    const twice = await q.prepare(of(layers.gru({ units: 2 })), scheme, { calibration });
    await expect(q.prepare(twice, scheme, { calibration })).rejects.toThrow(
      "the model is quantized already; start from the float model",
    );
  });
});

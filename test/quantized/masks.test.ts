import { describe, expect, it } from "vitest";
import * as q from "../../src/index.js";

const { tf } = q;
const { layers } = tf;
const scheme = q.scheme({ weights: q.int(8, { per: "channel" }), activations: q.uint(8) });
const gap = (a: unknown, b: unknown) =>
  (a as q.tf.Tensor)
    .sub(b as q.tf.Tensor)
    .abs()
    .max()
    .dataSync()[0]!;

/** Four steps of values and two of padding. */
function padded(value: number): q.tf.Tensor {
  const on = tf.range(0, 6).less(4).toFloat().reshape([1, 6, 1]);
  const values = tf.randomUniform([32, 6, 3], -1, 1, "float32", 1);
  return values.mul(on).add(tf.sub(1, on).mul(value));
}

const seeded = () => ({
  kernelInitializer: tf.initializers.glorotUniform({ seed: 1 }),
  recurrentInitializer: tf.initializers.glorotUniform({ seed: 2 }),
});

describe.each([0, -1, -10, 5])("a mask with the value %d", (maskValue) => {
  const xs = padded(maskValue);

  it.each(["gru", "lstm"] as const)("is that of the unrounded input, before %s", async (type) => {
    const recurrent = layers[type]({ units: 4, ...seeded() });
    const model = tf.sequential({
      layers: [layers.masking({ maskValue, inputShape: [6, 3] }), recurrent],
    });
    const qat = await q.prepare(model, scheme, { calibration: { xs } });
    expect(gap(qat.predict(xs), model.predict(xs))).toBeLessThan(0.03);
  });

  it("is found behind layers that pass the input on", async () => {
    const model = tf.sequential({
      layers: [
        layers.reshape({ targetShape: [6, 3], inputShape: [18] }),
        layers.dropout({ rate: 0.1 }),
        layers.masking({ maskValue }),
        layers.gru({ units: 4, ...seeded() }),
      ],
    });
    const flat = xs.reshape([32, 18]);
    const qat = await q.prepare(model, scheme, { calibration: { xs: flat } });
    expect(gap(qat.predict(flat), model.predict(flat))).toBeLessThan(0.03);
  });
});

it("a value that a mask compares and another layer reads rounded is refused by name", async () => {
  const input = tf.input({ shape: [6, 3], name: "series" });
  const masked = layers.masking({ name: "mask", maskValue: -1 }).apply(input);
  const a = layers.gru({ units: 4 }).apply(masked) as q.tf.SymbolicTensor;
  const b = layers.dense({ units: 4 }).apply(layers.flatten().apply(input)) as q.tf.SymbolicTensor;
  const outputs = layers.add().apply([a, b]) as q.tf.SymbolicTensor;
  const model = tf.model({ inputs: input, outputs });
  const xs = padded(-1);
  const held = tf.memory().numTensors;
  await expect(q.prepare(model, scheme, { calibration: { xs } })).rejects.toThrow(
    /output of layer "series" \(InputLayer\): "mask" \(Masking\) compares its exact values/,
  );
  expect(tf.memory().numTensors).toBe(held);
  const qat = await q.prepare(model, q.scheme({ ...scheme, exclude: ["series"] }), {
    calibration: { xs },
  });
  expect(gap(qat.predict(xs), model.predict(xs))).toBeLessThan(0.1);
});

describe("a mask in a model inside", () => {
  const xs = padded(0);
  const masking = () => layers.masking({ name: "mask", maskValue: 0, inputShape: [6, 3] });
  const gru = (options = {}) => layers.gru({ name: "gru", units: 4, ...seeded(), ...options });
  const called = (inner: q.tf.LayersModel, ...after: InstanceType<typeof layers.Layer>[]) => {
    const input = tf.input({ shape: [6, 3] });
    const output = [inner, ...after].reduce((x, layer) => layer.apply(x) as never, input);
    return tf.model({ inputs: input, outputs: output });
  };
  const inside = (...list: InstanceType<typeof layers.Layer>[]) =>
    tf.sequential({ name: "inner", layers: list });

  it.each([
    ["alone", () => called(inside(masking()), gru())],
    ["before a layer that passes it on", () => called(inside(masking(), layers.reLU()), gru())],
    [
      "with a recurrent layer that passes it on",
      () => called(inside(masking(), layers.lstm({ units: 3, returnSequences: true })), gru()),
    ],
    [
      "before a layer outside that passes it on",
      () => called(inside(masking()), layers.dense({ units: 3 }), gru()),
    ],
  ])("is refused where it would leave it: %s", async (_, make) => {
    const model = make();
    const message =
      /layer "gru" \(GRU\): the mask of layer "mask" doesn't leave model "inner" in tfjs/;
    const held = tf.memory().numTensors;
    expect(() => q.foldBatchNorm(model)).toThrow(message);
    expect(() => q.compression.prune(model)).toThrow(message);
    await expect(q.prepare(model, scheme, { calibration: { xs } })).rejects.toThrow(message);
    expect(tf.memory().numTensors).toBe(held);
  });

  it.each([
    ["beside what reads it", () => called(inside(masking(), gru()), layers.dense({ units: 2 }))],
    ["before a layer that reads none", () => called(inside(masking()), layers.flatten())],
    ["at the beginning of a list", () => tf.sequential({ layers: [inside(masking()), gru()] })],
    [
      "that comes from outside",
      () =>
        tf.sequential({ layers: [masking(), inside(gru({ inputShape: [6, 3] })), layers.reLU()] }),
    ],
  ])("stays as it is %s", (_, make) => {
    const model = make();
    expect(gap(q.foldBatchNorm(model).predict(xs), model.predict(xs))).toBe(0);
  });
});

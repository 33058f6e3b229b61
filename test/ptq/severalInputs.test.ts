import { describe, expect, it } from "vitest";
import * as q from "../../src/index.js";

const { tf } = q;

/** Two inputs, a branch for each, and one output with three logits. */
function twoInputs(): q.tf.LayersModel {
  const image = tf.input({ shape: [6, 6, 1], name: "image" });
  const extra = tf.input({ shape: [4], name: "extra" });
  const kernelInitializer = tf.initializers.glorotUniform({ seed: 1 });
  const conv = tf.layers.conv2d({ filters: 3, kernelSize: 3, name: "conv", kernelInitializer });
  const seen = tf.layers.flatten({ name: "flat" }).apply(conv.apply(image)) as q.tf.SymbolicTensor;
  const dense = tf.layers.dense({ units: 5, activation: "relu", name: "dense", kernelInitializer });
  const joined = tf.layers
    .concatenate({ name: "joined" })
    .apply([seen, dense.apply(extra) as q.tf.SymbolicTensor]);
  const logits = tf.layers.dense({ units: 3, name: "logits", kernelInitializer });
  return tf.model({ inputs: [image, extra], outputs: logits.apply(joined) as q.tf.SymbolicTensor });
}

const model = twoInputs();
const image = tf.randomNormal([64, 6, 6, 1], 0, 1, "float32", 1);
const extra = tf.randomNormal([64, 4], 0, 1, "float32", 2);
const ys = tf.tidy(() => tf.argMax(model.predict([image, extra]) as q.tf.Tensor, -1).toFloat());
const data = { xs: [image, extra], ys };
const calibration = { xs: { image, extra } };
const scheme = q.scheme({ weights: q.int(3, { per: "channel" }), activations: q.uint(6) });
const loss = "sparseCategoricalCrossentropy";

const logitsOf = (from: q.tf.LayersModel) => tf.tidy(() => from.predict(data.xs) as q.tf.Tensor);
const distance = (quantized: q.tf.LayersModel) =>
  tf.tidy(() => logitsOf(quantized).sub(logitsOf(model)).square().mean().dataSync()[0]!);

describe("a model with two inputs", () => {
  it("goes through post-training quantization, and its techniques bring it nearer to float", {
    tags: "slow",
  }, async () => {
    const nearest = await q.quantize(model, q.scheme({ weights: q.int(2) }), { calibration });
    for (const technique of [
      { name: "gptq" },
      { name: "adaround", iterations: 150 },
      { name: "biasCorrection" },
    ] as const) {
      const corrected = await q.quantize(model, q.scheme({ weights: q.int(2) }), {
        calibration,
        techniques: [technique],
      });
      expect(distance(corrected), technique.name).toBeLessThan(distance(nearest));
    }
  });

  it("is measured: accuracy, churn, layers and the best of the techniques", {
    tags: "slow",
    timeout: 60_000,
  }, async () => {
    const quantized = await q.quantize(model, scheme, { calibration });
    expect(q.accuracy(model, data)).toBe(1);
    const share = q.accuracy(quantized, data);
    expect(q.analysis.churn(model, quantized, data).changed.share).toBeCloseTo(1 - share, 10);
    const oneHot = tf.oneHot(ys.toInt(), 3);
    expect(q.accuracy(quantized, { xs: calibration.xs, ys: oneHot })).toBe(share);
    const { rows } = await q.analysis.layers(model, quantized, calibration);
    expect(rows.map(({ layer }) => layer)).toContain("conv");
    const { accuracy } = await q.ptq.best(model, scheme, data, { calibration });
    expect(accuracy).toBeGreaterThanOrEqual(share);
  });

  it("has a sensitivity, with the loss that is named", { tags: "slow" }, async () => {
    const probabilities = tf.layers.softmax({ axis: -1, name: "probabilities" });
    const classifier = tf.model({
      inputs: model.inputs,
      outputs: probabilities.apply(model.outputs[0]!) as q.tf.SymbolicTensor,
    });
    const options = { calibration, loss } as const;
    const found = await q.analysis.sensitivity(classifier, scheme, data, options);
    expect(found.float.accuracy).toBe(1);
    const conv = found.rows.find(({ layer, part }) => layer === "conv" && part === "weights")!;
    const alone = q.scheme({ layers: { conv: { weights: q.int(3, { per: "channel" }) } } });
    const quantized = await q.quantize(classifier, alone, { calibration });
    expect(conv.loss).toBe(q.evaluate(quantized, data, { loss }).loss);
    expect(conv["accuracy (%)"]).toBe(100 * q.accuracy(quantized, data));
    await expect(q.analysis.sensitivity(classifier, scheme, data)).rejects.toThrow("invalid loss");
  });

  it("refuses examples that it doesn't take, naming its inputs", async () => {
    await expect(q.quantize(model, scheme, { calibration: { xs: image } })).rejects.toThrow(
      "expected { xs: [image, extra] }",
    );
    expect(() => q.accuracy(model, { xs: data.xs, ys: tf.fill([64], 3) })).toThrow(
      "invalid data: class 3",
    );
    expect(() => q.accuracy(model, { xs: data.xs, ys: tf.zeros([64, 2]) })).toThrow(
      "invalid data: targets of shape [64,2]",
    );
  });
});

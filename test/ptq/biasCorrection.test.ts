import { describe, expect, it } from "vitest";
import * as q from "../../src/index.js";
import { meanOfRelu } from "../../src/statistics/normal.js";
import { data, denseNetwork, digitsNetwork, randomize } from "../fixtures/networks.js";

const { tf } = q;
const scheme = q.scheme({ weights: q.int(2, { per: "channel" }) });

/** The mean of each channel of a layer's outputs. */
const means = (model: q.tf.LayersModel, name: string, xs: q.tf.Tensor) =>
  tf.tidy(() => {
    const outputs = model.getLayer(name).output as q.tf.SymbolicTensor;
    const y = tf.model({ inputs: model.inputs, outputs }).predict(xs) as q.tf.Tensor;
    return y
      .reshape([-1, y.shape.at(-1)!])
      .mean(0)
      .dataSync();
  });

function furthest(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i]!)));
}

describe("biasCorrection", () => {
  it("gives every channel of every layer the float model's mean", { tags: "slow" }, async () => {
    const model = digitsNetwork(2);
    const calibration = data([8, 8, 1], { count: 300 });
    const both = q.scheme({ weights: q.int(2, { per: "channel" }), activations: q.uint(4) });
    const nearest = await q.quantize(model, both, { calibration });
    const corrected = await q.ptq.biasCorrection(model, nearest, { calibration });
    const float = q.foldBatchNorm(model);
    for (const name of ["conv", "depthwise", "pointwise", "logits"]) {
      const [before, after, target] = [nearest, corrected, float].map((of) =>
        means(of, name, calibration.xs),
      );
      expect(furthest(before!, target!)).toBeGreaterThan(1e-4);
      expect(furthest(after!, target!)).toBeLessThan(1e-5 * Math.max(...target!.map(Math.abs), 1));
    }
    // Twice does no more than once.
    const twice = await q.ptq.biasCorrection(model, corrected, { calibration });
    expect(
      furthest(means(twice, "logits", calibration.xs), means(corrected, "logits", calibration.xs)),
    ).toBeLessThan(1e-4);
  });

  it("gives a layer without a bias one", async () => {
    const { dense } = tf.layers;
    const model = randomize(
      tf.sequential({
        layers: [dense({ units: 3, name: "only", useBias: false, inputShape: [5] })],
      }),
      1,
    );
    const calibration = data([5]);
    const nearest = await q.quantize(
      model,
      q.scheme({ weights: q.int(2), activations: q.int(8) }),
      { calibration },
    );
    const corrected = await q.ptq.biasCorrection(model, nearest, { calibration });
    expect(corrected.getLayer("only").getWeights()[1]!.shape).toEqual([3]);
    const [a, b] = [means(model, "only", calibration.xs), means(corrected, "only", calibration.xs)];
    expect(furthest(a, b)).toBeLessThan(1e-5);
    expect((corrected.getLayer("only") as q.QuantizedLayer).ranges()).toEqual(
      (nearest.getLayer("only") as q.QuantizedLayer).ranges(),
    );
  });

  it("knows the mean of a rectified normal distribution", () => {
    for (const [mean, deviation] of [
      [0, 1],
      [1, 2],
      [-2, 0.7],
      [3, 0.1],
      [-1, 0],
      [2, 0],
    ] as const) {
      // Simpson's rule over ten deviations.
      let sum = 0;
      const steps = 20_000;
      for (let i = 0; i <= steps; i++) {
        const z = -10 + (20 * i) / steps;
        const weight = i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2;
        const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
        sum += weight * density * Math.max(0, mean + deviation * z);
      }
      expect(meanOfRelu(mean, deviation)).toBeCloseTo((sum * 20) / (3 * steps), 5);
    }
    expect(meanOfRelu(0, 1)).toBeCloseTo(1 / Math.sqrt(2 * Math.PI), 7);
  });

  it("corrects the shift of normal data analytically, after equalization too", {
    tags: "slow",
  }, async () => {
    const { batchNormalization, reLU } = tf.layers;
    const model = denseNetwork([batchNormalization({ name: "norm" }), reLU()], {
      units: [64, 12, 5],
    });
    const { xs, ys } = data([64], { count: 4000, classes: 5 });
    // The statistics that training would have found: sums of 64 terms are nearly normal.
    tf.tidy(() => {
      const [kernel, bias] = model.getLayer("first").getWeights();
      const { mean, variance } = tf.moments(
        tf.matMul(xs as q.tf.Tensor2D, kernel as q.tf.Tensor2D).add(bias!),
        0,
      );
      const [gamma, beta] = model.getLayer("norm").getWeights();
      model.getLayer("norm").setWeights([gamma!, beta!, mean, variance]);
    });
    const options = { classes: 5, provenance: { name: "n", source: "here", licence: "CC0" } };
    const calibration = new q.Dataset(xs, ys, options);
    for (const float of [model, q.ptq.equalize(model)]) {
      // Only the second layer is rounded to few bits: its inputs stay what they were.
      const quantized = await q.quantize(float, scheme, { calibration });
      const first = quantized.getLayer("first") as q.QuantizedLayer;
      first.setRanges({
        weights: { min: new Float32Array(12).fill(-0.01), max: new Float32Array(12).fill(0.005) },
      });
      const measured = await q.ptq.biasCorrection(float, quantized, { calibration });
      const analytic = await q.ptq.biasCorrection(float, quantized, { analytic: true });
      const bias = (of: q.tf.LayersModel) => [...of.getLayer("second").getWeights()[1]!.dataSync()];
      expect(bias(analytic)).not.toEqual(bias(quantized));
      const kernels = tf.tidy(() => {
        const original = q.foldBatchNorm(float);
        const w = original.getLayer("second").getWeights()[0]!;
        const relu = original.layers.find((layer) => layer.getClassName() === "ReLU")!;
        const probe = tf.model({
          inputs: original.inputs,
          outputs: relu.output as q.tf.SymbolicTensor,
        });
        const x = (probe.predict(xs) as q.tf.Tensor).mean(0, true) as q.tf.Tensor2D;
        const rounded = quantized.getLayer("second").getWeights()[0]!;
        return tf.matMul(x, rounded.sub(w) as q.tf.Tensor2D).dataSync();
      });
      const shift = bias(quantized).map((value, i) => value - bias(analytic)[i]!);
      const size = Math.max(...kernels.map(Math.abs));
      expect(furthest(shift, kernels)).toBeLessThan(0.05 * size);
      measured.dispose();
    }
  });

  it("says so when no layer's inputs are known analytically", async () => {
    const model = denseNetwork([tf.layers.reLU()]);
    const quantized = await q.quantize(model, scheme, { calibration: data([8]) });
    await expect(q.ptq.biasCorrection(model, quantized, { analytic: true })).rejects.toThrow(
      "cannot correct biases analytically: no layer's input is a batch-normalized output",
    );
  });
});

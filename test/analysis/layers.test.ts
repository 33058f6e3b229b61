import { beforeAll, describe, expect, it } from "vitest";
import { countClipped } from "../../src/analysis/errors/clipped.js";
import { ErrorSums } from "../../src/analysis/errors/error.js";
import * as q from "../../src/index.js";
import { cnn, digits, generator } from "../fixtures/index.js";

const { tf } = q;
let train: q.Dataset;
beforeAll(async () => {
  ({ train } = await digits());
});

describe("the error of values", () => {
  it("is 6.0206 dB a bit for numbers spread evenly, and the step's square over 12", () => {
    const next = generator(1);
    const x = tf.tensor1d(Array.from({ length: 100_000 }, () => 2 * next() - 1));
    const bits = 6;
    const step = 2 / 2 ** bits;
    // Mid-rise: as many steps below 0 as above, so that every error is within half a step.
    const rounded = x.div(step).floor().add(0.5).mul(step);
    const sums = new ErrorSums();
    sums.add(x, rounded, 0);
    expect(sums.sqnr).toBeCloseTo(6.0206 * bits, 1);
    expect(sums.mse / (step ** 2 / 12)).toBeCloseTo(1, 1);
    expect(sums.cosine).toBeCloseTo(Math.sqrt(1 - 4 ** -bits), 4);
  });

  it("adds up over batches, in float64", () => {
    const [a, b] = [new ErrorSums(), new ErrorSums()];
    const [x, y] = [tf.tensor1d([1, 2, 3, 4]), tf.tensor1d([1, 2, 2, 5])];
    a.add(x, y, 1);
    for (const from of [0, 2]) b.add(x.slice(from, 2), y.slice(from, 2), from / 2);
    for (const sums of [a, b]) {
      expect(sums.mse).toBe(0.5);
      expect(sums.sqnr).toBeCloseTo(10 * Math.log10(15), 10);
      expect(sums.cosine).toBeCloseTo(31 / Math.sqrt(30 * 34), 10);
      expect(sums.clipped).toBe(0.25);
    }
    const none = new ErrorSums();
    none.add(x, x, 0);
    expect(none.sqnr).toBe(Number.POSITIVE_INFINITY);
  });

  it("counts values more than half a step outside the range as clipped, each channel by its own range", () => {
    const x = tf.tensor2d([-1.1, -2.4, 1.4, 0, 1.6, 2.6], [3, 2]);
    const format = q.int(2, { symmetric: false, per: "channel" }); // steps of 1, codes −2 to 1
    const range = { min: [-2, -2], max: [1, 1] };
    expect(countClipped(x, format, range)).toBe(2); // 1.6 and 2.6
    const depthwise = x.reshape([1, 3, 1, 2]);
    expect(countClipped(depthwise, format, range)).toBe(2);
    expect(countClipped(x, q.int(2, { symmetric: false }), { min: -2, max: 1 })).toBe(2);
  });
});

describe("q.analysis.layers", () => {
  it("matches the error of a hand-made rounding of each kernel", { tags: "slow" }, async () => {
    const model = cnn();
    const scheme = q.scheme({ weights: q.int(3, { per: "channel" }), activations: q.uint(4) });
    const ptq = await q.quantize(model, scheme, { calibration: train.take(64) });
    const { rows, table } = await q.analysis.layers(model, ptq, train.take(300));
    const folded = q.foldBatchNorm(model);
    for (const name of ["conv", "depthwise", "pointwise", "logits"]) {
      const x = folded.getLayer(name).getWeights()[0]!.dataSync() as Float32Array;
      const y = ptq.getLayer(name).getWeights()[0]!.dataSync() as Float32Array;
      const error = x.reduce((sum, value, i) => sum + (value - y[i]!) ** 2, 0);
      const power = x.reduce((sum, value) => sum + value ** 2, 0);
      const row = rows.find(({ layer, part }) => layer === name && part === "weights")!;
      expect(row["SQNR (dB)"]).toBeCloseTo(10 * Math.log10(power / error), 4);
      expect(row.MSE).toBeCloseTo(error / x.length, 8);
      expect(row.bits).toBe(3);
    }
    expect(
      rows.filter(({ part }) => part === "activations").map(({ layer, bits }) => [layer, bits]),
    ).toEqual([
      ["conv_input", 4],
      ["conv_relu", 4],
      ["depthwise_relu", 4],
      ["pointwise_relu", 4],
      ["logits", 32],
    ]);
    expect(table.shape).toEqual([9, 7]);
    const logits = rows.at(-1)!;
    const [a, b] = [model, ptq].map(
      (one) => (one.predict(train.take(300).xs) as q.tf.Tensor).dataSync() as Float32Array,
    );
    const mse = a!.reduce((sum, value, i) => sum + (value - b![i]!) ** 2, 0) / a!.length;
    expect(logits.MSE / mse).toBeCloseTo(1, 4);
  });

  it("finds the one layer that is quantized, and no error elsewhere before it", async () => {
    const model = cnn();
    const layers = { pointwise: { weights: q.int(2) } };
    const calibration = train.take(64);
    const ptq = await q.quantize(model, q.scheme({ layers }), { calibration });
    const errors = await q.analysis.layers(model, ptq, calibration);
    expect(errors.rows.map(({ layer, part }) => [layer, part])).toEqual([
      ["pointwise", "weights"],
      ["logits", "activations"],
    ]);
    expect(String(errors)).toMatch(/^weights: the lowest SQNR is [\d.]+ dB \(pointwise\); /);
    expect(errors.figure.spec.data.map(({ name }) => name)).toEqual(["weights", "activations"]);
  });

  it("gains six decibels a bit, and leaves no tensor behind", { tags: "slow" }, async () => {
    const model = cnn();
    const held = tf.memory().numTensors;
    const sqnr: number[] = [];
    for (const bits of [6, 8]) {
      const scheme = q.scheme({ weights: q.int(bits), activations: q.uint(bits) });
      const calibration = train.take(64);
      const ptq = await q.quantize(model, scheme, { calibration, method: "minmax" });
      const { rows } = await q.analysis.layers(model, ptq, calibration);
      sqnr.push(
        rows.find(({ layer, part }) => layer === "logits" && part === "weights")!["SQNR (dB)"],
      );
      tf.dispose([calibration.xs, calibration.ys]);
      ptq.dispose();
    }
    expect(sqnr[1]! - sqnr[0]!).toBeCloseTo(12.04, 0);
    expect(tf.memory().numTensors).toBe(held);
  });

  it("names the model that isn't quantized, or isn't the same one", async () => {
    const model = cnn();
    const scheme = q.scheme({ weights: q.int(4) });
    const ptq = await q.quantize(model, scheme, { calibration: train.take(8) });
    await expect(q.analysis.layers(model, model, train)).rejects.toThrow("has no quantized layer");
    const other = tf.sequential({
      layers: [
        tf.layers.flatten({ inputShape: [8, 8, 1] }),
        tf.layers.dense({ units: 10, name: "logits" }),
      ],
    });
    await expect(q.analysis.layers(other, ptq, train)).rejects.toThrow('no layer "conv"');
  });

  it("counts all kernels of a layer, whatever axis their channels lie on", {
    tags: "slow",
  }, async () => {
    const { train } = await digits();
    const scheme = q.scheme({ weights: q.int(8, { per: "channel" }), activations: q.uint(8) });
    const { layers } = q.tf;
    const input = { inputShape: [8, 8, 1] };
    const models = [
      q.tf.sequential({
        layers: [
          layers.reshape({ targetShape: [8, 8], ...input }),
          layers.lstm({ name: "lstm", units: 3 }),
          layers.dense({ units: 10 }),
        ],
      }),
      q.tf.sequential({
        layers: [
          layers.conv2dTranspose({ name: "up", filters: 3, kernelSize: 2, ...input }),
          layers.flatten({}),
          layers.dense({ units: 10 }),
        ],
      }),
    ];
    for (const model of models) {
      const options = { calibration: train.take(32), method: "minmax" } as const;
      const quantized = await q.quantize(model, scheme, options);
      const { rows } = await q.analysis.layers(model, quantized, train.take(32));
      const [weights] = rows.filter(({ part }) => part === "weights");
      // 8 bits of all values: between 30 and 60 dB, nothing beyond the range.
      expect(weights!["SQNR (dB)"]).toBeGreaterThan(30);
      expect(weights!["SQNR (dB)"]).toBeLessThan(60);
      expect(weights!["clipped (%)"]).toBeLessThan(1);
    }
  });
});

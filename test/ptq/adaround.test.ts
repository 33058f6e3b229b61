import { describe, expect, it } from "vitest";
import * as q from "../../src/index.js";
import {
  sharpness,
  softBits,
  startingPoint,
  undecided,
} from "../../src/ptq/adaround/softRounding.js";
import { data, denseNetwork, digitsNetwork } from "../fixtures/networks.js";

const { tf } = q;
const weightsOnly = q.scheme({ weights: q.int(3, { per: "channel" }) });

describe("the soft rounding of AdaRound", () => {
  it("starts at the fraction that rounding down leaves, so that nothing is rounded yet", () => {
    for (const fraction of [0, 0.001, 0.25, 0.5, 0.75, 0.999]) {
      expect(softBits(tf.scalar(startingPoint(fraction))).dataSync()[0]).toBeCloseTo(fraction, 5);
    }
  });

  it("reaches 0 and 1 where the sigmoid is 1/12 and 11/12", () => {
    const logit = Math.log(11);
    const h = softBits(tf.tensor1d([-logit - 0.01, -logit + 0.01, logit - 0.01, logit + 0.01]));
    const [low, above, below, high] = h.dataSync();
    expect([low, high]).toEqual([0, 1]);
    expect(above).toBeGreaterThan(0);
    expect(below).toBeLessThan(1);
  });

  it("is penalized by 1 − |2h − 1|^β for each weight", () => {
    const h = tf.tensor1d([0, 0.5, 1, 0.75]);
    expect(undecided(h, tf.scalar(2)).dataSync()[0]).toBeCloseTo(1 + 0.75, 6);
    expect([sharpness(0), sharpness(0.5), sharpness(1)]).toEqual([20, 11, 2]);
  });
});

describe("adaround", () => {
  it("finds roundings as good as the best of all 2^8, which nearest isn't", {
    tags: "slow",
  }, async () => {
    for (const seed of [1, 2]) {
      const model = denseNetwork([], { units: [8, 2, 1], seed });
      const calibration = data([8], { count: 128, seed });
      const nearest = await q.quantize(model, weightsOnly, { calibration, method: "minmax" });
      const rounded = await q.ptq.adaround(model, nearest, { calibration, iterations: 600 });

      const weights = model.getLayer("first").getWeights()[0]!.arraySync() as number[][];
      const x = calibration.xs.arraySync() as number[][];
      const layer = nearest.getLayer("first") as q.QuantizedLayer;
      const { scale } = q.affine(layer.weightFormat!, layer.ranges().weights!);
      const kernel = (of: q.tf.LayersModel) =>
        of.getLayer("first").getWeights()[0]!.arraySync() as number[][];
      for (const output of [0, 1]) {
        const w = weights.map((row) => row[output]!);
        const s = scale[output]!;
        const error = (values: number[]) =>
          x.reduce((sum, row) => {
            const off = row.reduce((y, value, i) => y + value * (values[i]! - w[i]!), 0);
            return sum + off * off;
          }, 0) / x.length;
        const all = Array.from({ length: 256 }, (_, bits) =>
          error(
            w.map((value, i) => {
              const code = Math.floor(value / s) + ((bits >> i) & 1);
              return s * Math.min(3, Math.max(-4, code));
            }),
          ),
        );
        const best = Math.min(...all);
        const [learned, plain] = [rounded, nearest].map((of) =>
          error(kernel(of).map((row) => row[output]!)),
        );
        expect(learned).toBeLessThanOrEqual(plain! + 1e-9);
        // Within a tenth of the way from nearest to the best.
        expect(learned! - best).toBeLessThan(0.1 * (plain! - best) + 1e-6);
      }
    }
  });

  it("takes one of the two codes next to each weight, in every kind of layer", {
    tags: "slow",
  }, async () => {
    const model = digitsNetwork(2);
    const calibration = data([8, 8, 1]);
    const scheme = q.scheme({
      weights: q.int(4, { per: "channel", symmetric: false }),
      activations: q.uint(8),
    });
    const nearest = await q.quantize(model, scheme, { calibration });
    const rounded = await q.ptq.adaround(model, nearest, { calibration, iterations: 60 });
    const float = q.foldBatchNorm(model);
    for (const name of ["conv", "depthwise", "pointwise", "logits"]) {
      const layer = rounded.getLayer(name) as q.QuantizedLayer;
      const { scale, min, max } = q.affine(layer.weightFormat!, layer.ranges().weights!);
      const values = layer.getWeights()[0]!.dataSync();
      float
        .getLayer(name)
        .getWeights()[0]!
        .dataSync()
        .forEach((w, i) => {
          const channel = i % scale.length;
          const clipped = Math.min(max[channel]!, Math.max(min[channel]!, w));
          expect(Math.abs(values[i]! - clipped)).toBeLessThan(scale[channel]! * 1.0001);
        });
      expect(layer.quantizedKernel().sub(layer.getWeights()[0]!).abs().max().dataSync()[0]).toBe(0);
    }
  });

  it("shows the soft bits while they decide themselves", { tags: "slow" }, async () => {
    const model = denseNetwork([tf.layers.reLU()]);
    const calibration = data([8]);
    const nearest = await q.quantize(model, weightsOnly, { calibration });
    const states: q.ptq.RoundingState[] = [];
    const held = tf.memory().numTensors;
    const rounded = await q.ptq.adaround(model, nearest, {
      calibration,
      iterations: 400,
      every: 100,
      watch: async (state) => void states.push(state),
    });
    rounded.dispose();
    expect(tf.memory().numTensors).toBe(held);
    expect(states.map(({ layer, step }) => `${layer} ${step}`)).toEqual(
      ["first", "second"].flatMap((name) =>
        [0, 100, 200, 300, 400].map((step) => `${name} ${step}`),
      ),
    );
    const first = states.filter(({ layer }) => layer === "first");
    expect(first[0]!.softBits.length).toBe(48);
    const open = (bits: Float32Array) => bits.filter((h) => h > 0.01 && h < 0.99).length;
    expect(open(first[0]!.softBits)).toBeGreaterThan(30);
    expect(open(first.at(-1)!.softBits)).toBeLessThan(8);
    expect(first[0]!.beta).toBe(20);
    expect(first.at(-1)!.beta).toBe(2);
  });

  it("draws the same examples for the same seed, and can be stopped", {
    tags: "slow",
  }, async () => {
    const model = denseNetwork([tf.layers.reLU()]);
    const calibration = data([8]);
    const nearest = await q.quantize(model, weightsOnly, { calibration });
    const run = async (seed: number) => {
      const watched: number[] = [];
      const watch = ({ error }: q.ptq.RoundingState) => void watched.push(error);
      await q.ptq.adaround(model, nearest, { calibration, iterations: 30, seed, watch, every: 30 });
      return watched;
    };
    const [one, again, other] = [await run(1), await run(1), await run(2)];
    expect(again).toEqual(one);
    expect(other).not.toEqual(one);
    const held = tf.memory().numTensors;
    const stopped = q.ptq.adaround(model, nearest, {
      calibration,
      signal: AbortSignal.abort(new Error("enough")),
    });
    await expect(stopped).rejects.toThrow("enough");
    expect(tf.memory().numTensors).toBe(held);
  });
});

import { describe, expect, it } from "vitest";
import * as q from "../../src/index.js";

const { tf } = q;
const { GRU, GeneralReLU, MultiHeadAttention, SpatialDropout2D } = q.models.layers;
type Tensor = q.tf.Tensor;

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

describe("GRU", () => {
  it("multiplies the state's product, or the state itself, with the reset gate", () => {
    // One feature, one unit: kernels [z, r, h] and both biases.
    const [k, u, b, c] = [
      [0.3, -0.7, 0.9],
      [0.5, 0.2, -0.4],
      [0.1, -0.2, 0.3],
      [-0.3, 0.6, 0.8],
    ];
    const xs = [0.7, -1.1, 0.4];
    const expected = (after: boolean) =>
      xs.reduce((h, x) => {
        const at = (i: number) => x * k[i]! + b[i]! + h * u[i]! + (after ? c[i]! : 0);
        const [z, r] = [sigmoid(at(0)), sigmoid(at(1))];
        const inner = after ? r * (h * u[2]! + c[2]!) : r * h * u[2]!;
        return z * h + (1 - z) * Math.tanh(x * k[2]! + b[2]! + inner);
      }, 0);
    for (const resetAfter of [true, false]) {
      const gru = new GRU({ name: "gru", units: 1, resetAfter, recurrentActivation: "sigmoid" });
      tf.tidy(() => {
        const input = tf.tensor3d([xs.map((x) => [x])]);
        gru.apply(input);
        const bias = resetAfter ? tf.tensor2d([b, c]) : tf.tensor1d(b);
        gru.setWeights([tf.tensor2d([k]), tf.tensor2d([u]), bias]);
        expect((gru.apply(input) as Tensor).dataSync()[0]).toBeCloseTo(expected(resetAfter), 6);
      });
      gru.dispose();
    }
  });

  it("frees all that it made", () => {
    const before = tf.memory().numTensors;
    const gru = new GRU({ name: "gru", units: 2, dropout: 0.5, recurrentDropout: 0.5 });
    tf.tidy(() => void gru.apply(tf.ones([2, 3, 2]), { training: true }));
    gru.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe("MultiHeadAttention", () => {
  it("is refused where a count isn't right", () => {
    const make = (options: object) => () => new MultiHeadAttention(options as never);
    expect(make({ keyDim: 3 })).toThrow("invalid numHeads: undefined");
    expect(make({ numHeads: 2, keyDim: 0 })).toThrow("invalid keyDim: 0");
    expect(make({ numHeads: 2, keyDim: 3, dropout: 2 })).toThrow("invalid dropout: 2");
  });

  it("doesn't let a step see what comes after it, if it is causal", () => {
    const layer = new MultiHeadAttention({
      name: "m",
      numHeads: 2,
      keyDim: 2,
      useCausalMask: true,
    });
    tf.tidy(() => {
      const x = tf.randomUniform([1, 4, 3], -1, 1, "float32", 1);
      const changed = tf.concat([x.slice([0, 0], [1, 3]), tf.ones([1, 1, 3])], 1);
      const [a, b] = [x, changed].map((input) => layer.apply(input) as Tensor);
      const difference = a!.sub(b!).abs().max([0, 2]).arraySync() as number[];
      expect(difference.slice(0, 3)).toEqual([0, 0, 0]);
      expect(difference[3]).toBeGreaterThan(0.001);
    });
    layer.dispose();
  });

  it("has the numbers of the layers of selfAttention with the same weights", () => {
    const input = tf.input({ shape: [5, 4] });
    const parts = tf.model({
      inputs: input,
      outputs: q.models.layers.selfAttention(input, { heads: 2, seed: 3 }),
    });
    const layer = new MultiHeadAttention({ name: "m", numHeads: 2, keyDim: 2 });
    tf.tidy(() => {
      const x = tf.randomUniform([3, 5, 4], -1, 1, "float32", 2);
      layer.apply(x);
      const names = ["query", "key", "value", "projection"];
      layer.setWeights(names.flatMap((name) => parts.getLayer(`attention_${name}`).getWeights()));
      const [a, b] = [parts.predict(x) as Tensor, layer.apply(x) as Tensor];
      expect(a.sub(b).abs().max().dataSync()[0]).toBe(0);
    });
    layer.dispose();
    parts.dispose();
  });
});

describe("SpatialDropout2D", () => {
  it.each(["channelsLast", "channelsFirst"] as const)(
    "drops whole maps in training: %s",
    (dataFormat) => {
      const layer = new SpatialDropout2D({ name: "d", rate: 0.5, seed: 1, dataFormat });
      const shape = dataFormat === "channelsLast" ? [4, 3, 3, 8] : [4, 8, 3, 3];
      tf.tidy(() => {
        const x = tf.ones(shape);
        const y = layer.apply(x, { training: true }) as Tensor;
        const places = dataFormat === "channelsLast" ? [1, 2] : [2, 3];
        const [least, most] = [y.min(places).dataSync(), y.max(places).dataSync()];
        expect(least).toEqual(most);
        expect(new Set(least)).toEqual(new Set([0, 2]));
        expect((layer.apply(x) as Tensor).dataSync()).toEqual(x.dataSync());
      });
    },
  );
});

it("GeneralReLU bends at its threshold and at its largest value", () => {
  const layer = new GeneralReLU({ name: "r", maxValue: 2, negativeSlope: 0.5, threshold: 1 });
  tf.tidy(() => {
    const y = layer.apply(tf.tensor1d([-3, 0, 0.5, 1, 1.5, 2, 5])) as Tensor;
    expect([...y.dataSync()]).toEqual([-2, -0.5, -0.25, 1, 1.5, 2, 2]);
  });
  expect(() => new GeneralReLU({ maxValue: -1 })).toThrow("invalid maxValue: -1");
});

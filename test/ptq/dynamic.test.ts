import { describe, expect, it } from "vitest";
import * as q from "../../src/index.js";
import {
  data,
  denseNetwork,
  difference,
  digitsNetwork,
  throughFile,
} from "../fixtures/networks.js";

const { tf } = q;

const tokens = (format: q.IntegerFormat, per: "token" | "example", x: q.tf.Tensor) => {
  const layer = new q.ptq.TokenQuantizer({ format, per });
  return tf.tidy(() => layer.apply(x) as q.tf.Tensor);
};

describe("dynamic quantization", () => {
  it("rounds each token in the range of its own extremes", () => {
    const x = [
      [0.5, 0.26, -0.1, 4],
      [100, -28, 3, 55],
      [0, 0, 0, 0],
    ];
    const rounded = tokens(q.uint(4), "token", tf.tensor(x)).arraySync() as number[][];
    x.forEach((row, i) => {
      const range = q.coveringRange(q.uint(4), { min: Math.min(...row), max: Math.max(...row) });
      const { scale, zeroPoint } = q.affine(q.uint(4), range);
      row.forEach((value, j) => {
        const code = Math.floor(value / scale[0]! + 0.5) + zeroPoint[0]!;
        const clamped = Math.min(15, Math.max(0, code));
        expect(rounded[i]![j]).toBeCloseTo((clamped - zeroPoint[0]!) * scale[0]! || 0, 5);
      });
    });
  });

  it("rounds as the static op does with each row's covering range, symmetric as well", {
    tags: "slow",
  }, () => {
    const { xs } = data([3, 16]);
    for (const format of [q.int(8), q.int(3), q.int(4, { narrowRange: true }), q.uint(2)]) {
      const rounded = tokens(format, "token", xs).reshape([-1, 16]).arraySync() as number[][];
      (xs.reshape([-1, 16]).arraySync() as number[][]).forEach((row, i) => {
        const range = q.coveringRange(format, { min: Math.min(...row), max: Math.max(...row) });
        const expected = q.fakeQuantize(row, format, range).dataSync();
        const { scale } = q.affine(format, range);
        rounded[i]!.forEach((value, j) => {
          // The ends go through float32 on another way, so that a half may fall to the other side.
          const off = Math.abs(value - expected[j]!);
          const half = Math.abs(((((row[j]! / scale[0]!) % 1) + 1) % 1) - 0.5);
          expect(off < 1e-5 || half < 1e-4).toBe(true);
        });
      });
    }
  });

  it("shares a range in an example where a convolution reads it", () => {
    const x = tf.concat([tf.ones([1, 2, 2, 1]).mul(7), tf.ones([1, 2, 2, 1]).mul(0.35)]);
    const rounded = tokens(q.uint(3), "example", x).dataSync();
    expect(rounded[0]).toBeCloseTo(7, 5);
    expect(rounded[4]).toBeCloseTo(0.35, 5);
  });

  it("is close to float at 8 bits, and comes back from a file", { tags: "slow" }, async () => {
    const model = digitsNetwork(4);
    const { xs } = data([8, 8, 1]);
    const weights = q.int(8, { per: "channel" });
    const scheme = q.scheme({ weights, activations: q.int(8, { symmetric: false }) });
    const quantized = q.ptq.dynamic(model, scheme);
    expect(difference(model, quantized, xs)).toBeLessThan(0.05);
    expect(difference(model, quantized, xs)).toBeGreaterThan(0);
    expect(difference(quantized, await throughFile(quantized), xs)).toBe(0);
    expect((quantized.getLayer("conv_quantizer") as q.ptq.TokenQuantizer).per).toBe("example");
    expect((quantized.getLayer("logits_quantizer") as q.ptq.TokenQuantizer).per).toBe("token");
  });

  it("quantizes weights alone when the scheme says so, whatever else the model has", () => {
    const model = denseNetwork([
      tf.layers.activation({ activation: "elu" }),
      tf.layers.gaussianNoise({ stddev: 1 }),
    ]);
    const scheme = q.scheme({ weights: q.int(2) });
    const quantized = q.ptq.dynamic(model, scheme, { method: "mse" });
    expect(quantized.layers.length).toBe(model.layers.length + 1);
    const values = new Set(quantized.getLayer("first").getWeights()[0]!.dataSync());
    expect(values.size).toBeLessThanOrEqual(4);
    expect(() => q.ptq.dynamic(model, q.scheme({ activations: q.uint(8) }))).toThrow(
      "invalid scheme: W32A8 (expected a format of weights",
    );
    const layers = { first: { weights: q.int(8) }, second: { weights: undefined } };
    const mixed = q.ptq.dynamic(model, q.scheme({ weights: q.int(2), layers }));
    expect(mixed.getLayer("second")).not.toBeInstanceOf(q.QuantizedLayer);
    expect((mixed.getLayer("first") as q.QuantizedLayer).weightFormat!.bits).toBe(8);
    const stray = q.scheme({ weights: q.int(2), layers: { third: { weights: q.int(8) } } });
    expect(() => q.ptq.dynamic(model, stray)).toThrow(
      'invalid layers: no kernel in a layer "third" (expected one of first, second)',
    );
  });
});

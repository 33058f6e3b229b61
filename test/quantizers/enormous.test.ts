import { describe, expect, it } from "vitest";
import * as q from "../../src/index.js";

const { tf } = q;
const largest = 3.4028234663852886e38;
const list = (x: q.tf.Tensor) => Array.from(x.dataSync());

const formats: q.Format[] = [
  ...[q.int(1), q.int(2), q.int(8), q.uint(1), q.uint(2), q.uint(8)],
  q.int(4, { symmetric: false }),
  q.int(8, { powerOfTwo: true }),
  q.int(8, { rounding: "halfEven" }),
  q.int(8, { rounding: "halfEven", matches: "onnx" }),
  q.int(8, { rounding: "halfAwayFromZero" }),
  q.int(8, { rounding: "stochastic", seed: 1 }),
  ...[q.fp8("e4m3"), q.fp8("e4m3", { per: "tensor" }), q.fp8("e5m2", { per: "tensor" })],
  ...[
    q.codebook([-1, -0.5, 0, 0.7, 1]),
    q.binary({ per: "tensor" }),
    q.ternary({ per: "tensor" }),
    q.codebook([-1, 0, 1], { scale: "rms" }),
  ],
];

describe.each(formats.map((format) => [String(format), format] as const))("%s", (_, format) => {
  const values = [0.5, -1, 0.25, 2];

  it("rounds finite values as if infinite ones and NaN weren't there, and those to the ends", () => {
    tf.tidy(() => {
      const alone = list(q.fakeQuantize(values, format));
      const others = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN];
      const together = list(q.fakeQuantize([...values, ...others], format));
      expect(together.slice(0, 4)).toEqual(alone);
      const [high, low, nan] = together.slice(4) as [number, number, number];
      expect(Number.isFinite(high) && Number.isFinite(low)).toBe(true);
      expect(high).toBeGreaterThanOrEqual(Math.max(...alone));
      expect(low).toBeLessThanOrEqual(Math.min(...alone));
      expect(nan).toBeNaN();
    });
  });

  it("rounds enormous values to finite ones of their sign", () => {
    tf.tidy(() => {
      const rounded = list(q.fakeQuantize([largest, -largest, largest / 2, 0], format));
      expect(rounded.every(Number.isFinite)).toBe(true);
      const ends = q.fakeQuantize([largest], format);
      expect(list(ends).every((value) => value >= 0 && Number.isFinite(value))).toBe(true);
    });
  });

  it("stores them as it rounds them", () => {
    tf.tidy(() => {
      const infinite = [...values, Number.POSITIVE_INFINITY, largest];
      const rounded = list(q.fakeQuantize(infinite, format));
      expect(list(q.quantizeTensor(infinite, format).dequantize())).toEqual(rounded);
      expect(list(q.codes(infinite, format))).toEqual(
        list(q.quantizeTensor(infinite, format).codes()),
      );
    });
  });
});

describe("per channel", () => {
  it.each([q.int(8, { per: "channel" }), q.fp8("e4m3", { per: "channel" })])(
    "%s: an infinite value changes no other channel",
    (format) => {
      tf.tidy(() => {
        const alone = list(q.fakeQuantize([[0.5], [-1]], format));
        const x = [
          [0.5, Number.POSITIVE_INFINITY],
          [-1, 3],
        ];
        const [a, , b, d] = list(q.fakeQuantize(x, format));
        expect([a, b]).toEqual(alone);
        expect(d).toBeCloseTo(3, 1);
      });
    },
  );
});

describe("8 bits of half of float32's largest", () => {
  it("are 127 steps of it", () => {
    tf.tidy(() => {
      const [value] = list(q.fakeQuantize([1e38, -1e38, 0], q.int(8)));
      expect(value! / 1e38).toBeCloseTo(1, 6);
    });
  });
});

describe("ranges and observers", () => {
  it("are refused where float32 can't hold them, in a line", () => {
    expect(() => q.coveringRange(q.int(8), { min: 0, max: largest })).toThrow("invalid range");
    expect(() => q.affine(q.int(8), { min: 0, max: Number.POSITIVE_INFINITY })).toThrow(
      "invalid range: 0 to Infinity (expected finite numbers",
    );
    for (const method of [
      "minmax",
      "movingAverage",
      "percentile",
      "sigma",
      "mse",
      "kl",
      "aciq",
      "octav",
    ]) {
      const observer = q.observer(method as "mse");
      expect(() => observer.observe([1, Number.POSITIVE_INFINITY])).toThrow(
        "invalid values: Infinity at index 1",
      );
      observer.observe(tf.tensor([1e37, -1e37, 3e37, 0]));
      const { min, max } = observer.range(q.int(8));
      expect(Number.isFinite(min) && Number.isFinite(max) && max > 0).toBe(true);
    }
  });

  it("a moving average passes over a batch with an infinite value", async () => {
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1] })] });
    const scheme = q.scheme({ activations: q.uint(8) });
    const xs = tf.tensor2d([[1], [2]]);
    const prepared = await q.prepare(model, scheme, {
      calibration: { xs },
      movingAverage: { momentum: 0 },
    });
    const [input] = q.qat.quantizers(prepared);
    const before = input!.range();
    tf.tidy(() => input!.apply(tf.tensor2d([[4], [Number.POSITIVE_INFINITY]]), true));
    expect(input!.range()).toEqual(before);
    tf.tidy(() => input!.apply(tf.tensor2d([[4], [3]]), true));
    expect(input!.range().max[0]).toBe(4);
  });
});

describe("lists of one, per tensor, as layers and q.affine give them", () => {
  const x = [
    [0.1, -2, 3],
    [0.4, 0.5, -0.6],
  ];
  const format = q.int(4);
  const range = { min: Float32Array.of(-1), max: Float32Array.of(0.875) };
  const numbers = { min: -1, max: 0.875 };

  it("are numbers", () => {
    tf.tidy(() => {
      const expected = list(q.fakeQuantize(x, format, numbers));
      expect(list(q.fakeQuantize(x, format, range))).toEqual(expected);
      const { min, max, scale, zeroPoint } = q.affine(format, numbers);
      expect(list(q.fakeQuantize(x, format, { min, max }))).toEqual(expected);
      expect(list(q.quantizeTensor(x, format, range).dequantize())).toEqual(expected);
      expect(list(q.codes(x, format, range))).toEqual(list(q.codes(x, format, numbers)));
      const even = q.int(4, { rounding: "halfEven" });
      expect(list(q.fakeQuantize(x, even, { scale, zeroPoint }))).toEqual(
        list(q.fakeQuantize(x, even, { scale: scale[0]!, zeroPoint: zeroPoint[0]! })),
      );
      for (const estimator of ["clippedSte", "lsq"] as const) {
        expect(list(q.estimators.apply(x, format, { estimator, range }))).toEqual(
          list(q.estimators.apply(x, format, { estimator, range: numbers })),
        );
      }
    });
  });
});

describe("q.minifloat with float32's exponents", () => {
  it("is bfloat16 that saturates, by default as IEEE has it", () => {
    tf.tidy(() => {
      const x = tf.mul(tf.randomNormal([1000], 0, 1, "float32", 1), 10 ** 30);
      const format = q.minifloat(8, 7);
      expect(list(q.fakeQuantize(x, format))).toEqual(
        list(q.fakeQuantize(x, q.bfloat16({ saturate: true }))),
      );
      expect(format.largest).toBe(2 ** 127 * (2 - 2 ** -7));
      // Cowlishaw's table of binary formats: the largest is 2^127 · (2 − 2^−m).
      for (const m of [0, 1, 3]) expect(q.minifloat(8, m).largest).toBe(2 ** 127 * (2 - 2 ** -m));
      expect(list(q.fakeQuantize([1.3, 1e39, -5], q.minifloat(8, 1)))).toEqual([
        1.5,
        2 ** 127 * 1.5,
        -4,
      ]);
    });
  });

  it("says why none has more numbers", () => {
    expect(() => q.minifloat(8, 3, { specials: "none" })).toThrow(
      'expected "ieee", as in q.minifloat(8, 3)',
    );
  });
});

describe("130,000 scales", () => {
  it("are shown in a line, and have an extent", { tags: "slow" }, async () => {
    const layer = new q.QuantizedLayer({
      layer: tf.layers.embedding({ inputDim: 130_000, outputDim: 1, name: "words" }),
      weights: q.int(8, { per: "channel" }),
    });
    layer.build([null, 4]);
    const min = new Float32Array(130_000).fill(-1);
    min[99_999] = -3;
    layer.setRanges({ weights: { min, max: new Float32Array(130_000).fill(1) } });
    expect(layer.quantization().weights).toMatchObject({ min: -3, max: 1 });
    expect(String(layer)).toContain("int8 per channel");
  });
});

import { describe, expect, it } from "vitest";
import { affine } from "../../src/quantizers/grid/affine.js";
import { coveringRange } from "../../src/quantizers/grid/range.js";
import { Grid } from "../../src/quantizers/grid/tensorGrid.js";
import {
  binary,
  codebook,
  fakeQuantize,
  fp4,
  fp8,
  int,
  minifloat,
  nf4,
  quantizeTensor,
  scheme,
  uint,
} from "../../src/quantizers/index.js";
import { compile, random, tf } from "../../src/tensorflow/index.js";

const plain = (tensor: tf.Tensor) => Array.from(tensor.dataSync(), (value) => value + 0);

describe("values that share a scale", () => {
  const kernel = random.normal([3, 8, 4], { seed: 1 });

  it("per group, each stretch along the axis is quantized as if it were alone", {
    tags: "slow",
  }, () => {
    for (const axis of [-2, -1] as const) {
      const format = int(4, { per: "group", groupSize: 2, axis });
      const whole = fakeQuantize(kernel, format);
      for (let i = 0; i < 3; i++) {
        for (let j = 0; j < (axis === -2 ? 4 : 2); j++) {
          for (let k = 0; k < (axis === -2 ? 4 : 8); k++) {
            const start = axis === -2 ? [i, 2 * j, k] : [i, k, 2 * j];
            const size = axis === -2 ? [1, 2, 1] : [1, 1, 2];
            // The op per channel, as it takes groups.
            const own = fakeQuantize(
              kernel.slice(start, size).reshape([2, 1]),
              int(4, { per: "channel" }),
            );
            expect(plain(whole.slice(start, size))).toEqual(plain(own));
          }
        }
      }
    }
  });

  it("per token, each row is quantized as if it were alone", () => {
    const format = int(3, { per: "token", rounding: "halfEven" });
    const whole = fakeQuantize(kernel, format);
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j < 8; j++) {
        const row = kernel.slice([i, j, 0], [1, 1, 4]);
        const own = fakeQuantize(row, int(3, { rounding: "halfEven" }));
        expect(plain(whole.slice([i, j, 0], [1, 1, 4]))).toEqual(plain(own));
      }
    }
    expect(quantizeTensor(kernel, format).scale.length).toBe(24);
  });

  it("are refused in groups that don't divide the axis, and with another number of scales", () => {
    const format = int(4, { per: "group", groupSize: 3 });
    expect(() => fakeQuantize(kernel, format)).toThrow(
      "invalid groupSize: 3 for axis -2 of shape [3,8,4] (expected a divisor of 8)",
    );
    expect(() => fakeQuantize(kernel, nf4())).toThrow("invalid groupSize: 64");
    expect(() =>
      fakeQuantize(kernel, int(4, { per: "group", groupSize: 2 }), { min: [-1, -1], max: [1, 1] }),
    ).toThrow("invalid range: 2 for a tensor of shape [3,8,4], which has 48 groups");
    expect(() => int(4, { per: "group" })).toThrow("invalid groupSize: undefined");
    expect(() => int(4, { groupSize: 8 })).toThrow(
      'as in q.int(4, { per: "group", groupSize: 32 })',
    );
    expect(() => int(4, { per: "group", groupSize: 8, axis: 0 as never })).toThrow(
      "invalid axis: 0",
    );
  });

  it("are a tensor or a channel in a scheme, nothing else", () => {
    expect(() => scheme({ weights: int(4, { per: "group", groupSize: 8 }) })).toThrow(
      'expected a format per tensor or channel, as in q.int(4, { per: "channel" })',
    );
    expect(() => scheme({ activations: uint(4, { per: "token" }) })).toThrow("per tensor");
  });
});

describe("power-of-two scales", () => {
  it("are the next power, of numbers and tensors alike, and bear the values", {
    tags: "slow",
  }, () => {
    for (const symmetric of [true, false]) {
      const format = int(5, { powerOfTwo: true, symmetric });
      for (const [low, high] of [
        [-1, 0.3],
        [-3, 4],
        [-1e-20, 3e7],
        [0, 1],
        [-15, 15],
        [-16, 15],
      ] as const) {
        const range = coveringRange(format, { min: low, max: high });
        const { scale, zeroPoint } = affine(format, range);
        expect(Number.isInteger(Math.log2(scale[0]!))).toBe(true);
        const plainScale = affine(
          int(5, { symmetric }),
          coveringRange(int(5, { symmetric }), { min: low, max: high }),
        ).scale[0]!;
        expect(scale[0]! / plainScale).toBeGreaterThanOrEqual(1);
        expect(scale[0]! / plainScale).toBeLessThan(2);
        // A range that isn't snapped yet gives the same grid.
        const wide = coveringRange(int(5, { symmetric }), { min: low, max: high });
        expect(affine(format, wide)).toEqual(affine(format, range));
        const tensors = { min: tf.scalar(wide.min), max: tf.scalar(wide.max) };
        const grid = new Grid(format, tensors as never);
        expect(grid.scale.dataSync()[0]).toBe(scale[0]);
        expect(grid.zeroPoint.dataSync()[0]! + 0).toBe(zeroPoint[0]! + 0);
        const x = tf.linspace(low, high, 50);
        expect(plain(fakeQuantize(x, format, tensors))).toEqual(
          plain(fakeQuantize(x, format, wide)),
        );
      }
    }
    expect(coveringRange(int(5, { powerOfTwo: true }), { min: -1, max: 0.3 })).toEqual({
      min: -1,
      max: 0.9375,
    });
    expect(coveringRange(int(5, { powerOfTwo: true }), { min: -1.01, max: 0.3 })).toEqual({
      min: -2,
      max: 1.875,
    });
  });
});

describe("in a compiled function", () => {
  it.each(
    [
      int(4, { per: "channel" }),
      int(4, { per: "group", groupSize: 2, rounding: "halfEven" }),
      fp8("e4m3", { per: "channel" }),
      nf4({ groupSize: 4 }),
      binary(),
    ].map((format) => [String(format), format] as const),
  )("%s gives the same numbers and gradients", (_, format) => {
    const step = (x: tf.Tensor) =>
      tf.valueAndGrad((x: tf.Tensor) => fakeQuantize(x, format).square())(x);
    const x = random.normal([8, 4], { seed: 2 });
    const eager = step(x);
    const compiled = compile(step)(x);
    expect(plain(compiled.value)).toEqual(plain(eager.value));
    expect(plain(compiled.grad)).toEqual(plain(eager.grad));
  });
});

describe("rounding", () => {
  it("of halves goes up, to even, or away from zero", () => {
    const halves = [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5];
    const rounded = (rounding: "halfEven" | "halfAwayFromZero") =>
      plain(fakeQuantize(halves, int(4, { rounding }), { scale: 1 }));
    expect(rounded("halfEven")).toEqual([-2, -2, 0, 0, 2, 2]);
    expect(rounded("halfAwayFromZero")).toEqual([-3, -2, -1, 1, 2, 3]);
    expect(plain(fakeQuantize(halves, int(4), { min: -8, max: 7 }))).toEqual([-2, -1, 0, 1, 2, 3]);
  });

  it("doesn't round the number below a half up, as adding ½ would", () => {
    const below = 0.49999997;
    for (const rounding of ["halfEven", "halfAwayFromZero"] as const) {
      expect(plain(fakeQuantize([below, -below], int(4, { rounding }), { scale: 1 }))).toEqual([
        0, 0,
      ]);
    }
  });

  it("by chance draws the same with a seed, anew without", () => {
    const x = tf.fill([64], 0.5);
    const draw = (seed?: number) =>
      plain(fakeQuantize(x, int(4, { rounding: "stochastic", seed }), { scale: 1 }));
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
    expect(draw()).not.toEqual(draw());
  });

  it("names the kernel whose numbers it gives", () => {
    expect(int(8).matches).toBe("tensorflow");
    expect(int(8, { rounding: "halfEven" }).matches).toBe("pytorch");
    expect(int(8, { rounding: "halfEven", matches: "onnx" }).matches).toBe("onnx");
    expect(int(8, { rounding: "halfAwayFromZero" }).matches).toBe("tflite");
    expect(int(8, { rounding: "stochastic" }).matches).toBeUndefined();
  });
});

describe("formats refuse", () => {
  it.each([
    [
      "a rounding that isn't",
      () => int(4, { rounding: "up" as never }),
      'invalid rounding: up (expected "halfUp"',
    ],
    [
      "a kernel that rounds otherwise",
      () => int(4, { matches: "onnx" }),
      'as in q.int(4, { rounding: "halfEven", matches: "onnx" })',
    ],
    ["a seed for nothing", () => int(4, { seed: 3 }), "invalid seed: 3 with rounding halfUp"],
    [
      "a scale for TensorFlow's op",
      () => fakeQuantize([1], int(4), { scale: 1 }),
      "TensorFlow's ops take a min and max",
    ],
    [
      "a negative scale",
      () => fakeQuantize([1], int(4, { rounding: "halfEven" }), { scale: -1 }),
      "invalid scale: -1",
    ],
    [
      "a zero point that is no code",
      () => fakeQuantize([1], uint(4, { rounding: "halfEven" }), { scale: 1, zeroPoint: 16 }),
      "invalid zeroPoint: 16",
    ],
    [
      "a scale without its zero point",
      () =>
        fakeQuantize([[1, 2]], uint(4, { rounding: "halfEven" }), {
          scale: [1, 1],
          zeroPoint: [0],
        }),
      "2 scales and 1 zero points",
    ],
    [
      "an unknown fp8",
      () => fp8("e3m4" as never),
      'invalid variant: e3m4 (expected "e4m3" or "e5m2"',
    ],
    ["fp4 that doesn't saturate", () => fp4("e2m1", { saturate: false }), "has neither ∞ nor NaN"],
    ["one bit of exponent", () => minifloat(1, 2), "invalid exponentBits: 1"],
    ["17 bits", () => minifloat(8, 8), "invalid mantissaBits: 8 (expected an integer from 0 to 7"],
    ["a codebook of one", () => codebook([1]), "invalid values: 1 of them"],
    ["a value twice", () => codebook([1, 2, 1]), "invalid values: 1 twice"],
    ["channels of unscaled values", () => codebook([1, 2], { per: "channel" }), "without a scale"],
    [
      "a min and max for signs",
      () => fakeQuantize([1], binary(), { min: -1, max: 1 }),
      "expected its scale",
    ],
  ])("%s", (_, make, message) => {
    const held = tf.memory().numTensors;
    expect(make).toThrow(message);
    expect(tf.memory().numTensors).toBe(held);
  });
});

import seedrandom from "seedrandom";
import { describe, expect, it } from "vitest";
import type { Samples } from "../../src/calibration/histogram/samples.js";
import { type Observer, observer } from "../../src/calibration/index.js";
import { leastSquaresRange, squaredError } from "../../src/calibration/methods/search.js";
import { weightRange } from "../../src/calibration/weights.js";
import { affine, fakeQuantize, int, uint } from "../../src/quantizers/index.js";
import { tf } from "../../src/tensorflow/index.js";

const count = 200_000;

/**
 * Standard normal values, by Box and Muller (1958) from points that fill the unit square evenly (a
 * Kronecker sequence) instead of at random: so few miss the tails.
 */
function gaussian(size: number, shift = 0): Float32Array {
  const values = new Float32Array(size);
  for (let i = 0; i < size; i += 2) {
    const radius = Math.sqrt(-2 * Math.log((i + 1) / size));
    const angle = 2 * Math.PI * ((((i / 2) * (Math.sqrt(5) - 1)) / 2 + shift) % 1);
    values[i] = radius * Math.cos(angle);
    values[i + 1] = radius * Math.sin(angle);
  }
  return values;
}

/** The mean squared error of an observer's range. */
function errorWith(seen: Observer, values: Float32Array, format = int(8)) {
  for (let i = 0; i < values.length; i += 50_000) seen.observe(values.subarray(i, i + 50_000));
  const range = seen.range(format);
  return squaredError({ values, min: 0, max: 0 }, format, range) / values.length;
}

/** The standard normal density itself, on a grid: no sample is as good in the tails. */
function density(step = 1e-4, end = 8): Samples {
  const values = Float64Array.from({ length: (2 * end) / step + 1 }, (_, i) => i * step - end);
  const counts = values.map((x) => (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) * step);
  return { values, counts, min: -end, max: end };
}

describe("MSE calibration of a standard normal", () => {
  const values = gaussian(count);
  const normal = density();

  // The optimum of a uniform quantizer with these codes: numerical integration of the normal density.
  it.each([
    { bits: 2, narrowRange: false, scale: 1.0484, error: 0.14943 },
    { bits: 3, narrowRange: false, scale: 0.6018, error: 0.04064 },
    { bits: 4, narrowRange: false, scale: 0.3386, error: 0.01186 },
    { bits: 8, narrowRange: false, scale: 0.0308, error: 8.771e-5 },
    { bits: 2, narrowRange: true, scale: 1.224, error: 0.19017 },
    { bits: 3, narrowRange: true, scale: 0.6508, error: 0.04686 },
    { bits: 4, narrowRange: true, scale: 0.3534, error: 0.01289 },
    { bits: 8, narrowRange: true, scale: 0.0309, error: 8.831e-5 },
  ])(
    "reaches the best error of $bits bits, narrow range $narrowRange",
    { tags: "slow" },
    (expected) => {
      const format = int(expected.bits, { narrowRange: expected.narrowRange });
      const range = leastSquaresRange(normal, format);
      expect(squaredError(normal, format, range) / expected.error).toBeCloseTo(1, 3);
      // The error is flat around its minimum, so the scale is found less exactly.
      const scale = (range.max - range.min) / (format.largest - format.smallest);
      expect(Math.abs(scale / expected.scale - 1)).toBeLessThan(0.01);
    },
  );

  it("comes as near from a histogram of values that come in batches", () => {
    for (const [bits, best] of [
      [2, 0.14943],
      [4, 0.01186],
    ] as const) {
      expect(errorWith(observer("mse"), values, int(bits)) / best).toBeCloseTo(1, 2);
    }
  });

  it("finds the same range in whatever order the values come", { tags: "slow" }, () => {
    const forward = observer("mse");
    const backward = observer("mse");
    for (let i = 0; i < 4; i++) {
      forward.observe(values.subarray(i * 50_000, (i + 1) * 50_000));
      backward.observe(values.subarray((3 - i) * 50_000, (4 - i) * 50_000));
    }
    expect(forward.range(int(3)).max).toBe(backward.range(int(3)).max);
  });

  it("is at least as good on the histogram as any scale of an exhaustive search on the values", () => {
    const some = gaussian(20_000);
    const error = errorWith(observer("mse"), some, int(3));
    let best = Number.POSITIVE_INFINITY;
    for (let scale = 0.4; scale < 0.9; scale += 0.001) {
      const range = { min: -4 * scale, max: 3 * scale };
      best = Math.min(best, squaredError({ values: some, min: 0, max: 0 }, int(3), range));
    }
    expect(error * some.length).toBeLessThan(best * 1.001);
  });

  it("loses 6.02 dB with every bit on uniform values, without clipping them", () => {
    const random = seedrandom.alea("3");
    const uniform = Float32Array.from({ length: count }, () => random());
    for (const bits of [2, 4, 6, 8]) {
      // Codes at both ends of the range: half a step is lost at each, so the steps are 1 / (2^b − 1).
      const error = errorWith(observer("minmax"), uniform, uint(bits));
      const ratio = error / (1 / (2 ** bits - 1) ** 2 / 12);
      expect(10 * Math.log10(ratio)).toBeCloseTo(0, 1);
    }
  });
});

describe("MSE calibration with scales that are powers of two", () => {
  const heavy = gaussian(20_000).map((value) => value ** 3);
  const skewed = heavy.map((value) => (value > 0 ? 3 * value : value)).sort();
  const samples = { values: skewed, min: skewed[0]!, max: skewed.at(-1)! };

  it.each([int(3), int(5), uint(3), uint(4), uint(5)])(
    "%s: is as good as the best of all scales and zero points",
    { tags: "slow" },
    (plain) => {
      const format = (plain.kind === "int" ? int : uint)(plain.bits, { powerOfTwo: true });
      const { smallest, largest, symmetric } = format;
      let best = Number.POSITIVE_INFINITY;
      for (let scale = 2 ** -10; scale < 2 ** 10; scale *= 2) {
        for (let zero = symmetric ? 0 : smallest; zero <= (symmetric ? 0 : largest); zero++) {
          let error = 0;
          for (const value of skewed) {
            const code = Math.floor(value / scale + 0.5) + zero;
            const inside = Math.min(largest, Math.max(smallest, code));
            error += (value - (inside - zero) * scale) ** 2;
          }
          best = Math.min(best, error);
        }
      }
      const range = leastSquaresRange(samples, format);
      expect(Math.abs(squaredError(samples, format, range) / best - 1)).toBeLessThan(1e-3);
      // The range is the scale's own, so that no caller has to widen it.
      const { scale, min, max } = affine(format, range);
      expect(Number.isInteger(Math.log2(scale[0]!))).toBe(true);
      expect([min[0], max[0]]).toEqual([range.min, range.max]);
    },
  );

  it("judges a range by the values that fakeQuantize returns", () => {
    const format = int(4, { powerOfTwo: true });
    for (const range of [
      { min: -3, max: 2 },
      { min: -0.9, max: 0.7 },
    ]) {
      const found = tf.tidy(() => fakeQuantize(skewed, format, range).dataSync());
      const error = skewed.reduce((sum, value, i) => sum + (value - found[i]!) ** 2, 0);
      expect(squaredError(samples, format, range) / error).toBeCloseTo(1, 6);
    }
  });
});

describe("observers", () => {
  it("keep every end: minmax covers all values seen", () => {
    const seen = observer("minmax");
    seen.observe([0.5, 3]);
    seen.observe([-1]);
    expect(seen.range(uint(8))).toEqual({ min: -1, max: 3 });
    expect(seen.range(int(8, { narrowRange: true }))).toEqual({ min: -3, max: 3 });
  });

  it("refuse values that no range covers, and ranges of nothing", () => {
    for (const make of [() => observer("minmax"), () => observer("mse")]) {
      expect(() => make().observe([1, Number.NaN])).toThrow("invalid values: NaN at index 1");
      expect(() => make().range(int(8))).toThrow("nothing observed");
    }
  });

  it("find the range [0, 0] for zeros", () => {
    const seen = observer("mse");
    seen.observe([0, 0, 0]);
    expect(seen.range(uint(4))).toEqual({ min: 0, max: 0 });
  });
});

describe("weightRange", () => {
  it("gives each channel the range that the channel alone would have", () => {
    const a = gaussian(500);
    const b = gaussian(500, 0.3).map((value) => value * 10);
    const kernel = Float32Array.from({ length: 1000 }, (_, i) => (i % 2 ? b : a)[i >> 1]!);
    for (const method of ["minmax", "mse"] as const) {
      const format = int(4, { per: "channel" });
      const both = weightRange(kernel, 2, format, method);
      expect(both.max[0]).toBe(weightRange(a, 1, format, method).max[0]);
      expect(both.max[1]).toBe(weightRange(b, 1, format, method).max[0]);
      expect(both.max[1]! / both.max[0]!).toBeGreaterThan(5);
    }
  });
});

import { describe, expect, it } from "vitest";
import { aciqThreshold } from "../../src/calibration/index.js";
import * as q from "../../src/index.js";
import {
  draw,
  laplaceQuantile,
  normals,
  spread,
  sqnr,
  studentQuantile,
} from "../fixtures/samples.js";

const count = 200_000;
const gaussian = normals(count, 21);
const laplace = spread(count, laplaceQuantile);

function range(method: q.CalibrationMethod, values: Float32Array, format: q.IntegerFormat) {
  const seen = q.observer(method);
  for (let i = 0; i < values.length; i += 30_000) seen.observe(values.subarray(i, i + 30_000));
  return seen.range(format);
}

describe("ACIQ's closed forms", () => {
  // Numerical minimization of the objectives in Banner et al. 2019, and the tables of its authors' code.
  it.each([
    { bits: 1, gauss: 1.2399, table: [1.24, 1.86] },
    { bits: 2, gauss: 1.7106, laplacian: 2.8307, table: [1.71, 2.83] },
    { bits: 3, gauss: 2.1516, laplacian: 3.8972, table: [2.15, 3.89] },
    { bits: 4, gauss: 2.5591, laplacian: 5.0286, table: [2.55, 5.03] },
    { bits: 8, gauss: 3.924, laplacian: 9.8968, table: [3.92, 9.89] },
  ])("give the published thresholds for $bits bits", ({ bits, gauss, laplacian, table }) => {
    expect(Math.abs(aciqThreshold(bits, "gaussian") - gauss)).toBeLessThan(1e-4);
    if (laplacian) expect(Math.abs(aciqThreshold(bits, "laplace") - laplacian)).toBeLessThan(1e-4);
    expect(Math.abs(aciqThreshold(bits, "gaussian") - table[0]!)).toBeLessThan(0.0101);
    expect(Math.abs(aciqThreshold(bits, "laplace") - table[1]!)).toBeLessThan(0.0101);
  });

  it("satisfy w·e^w = 3·4^bits for Laplace, up to 17 bits", () => {
    for (let bits = 1; bits <= 17; bits++) {
      const w = aciqThreshold(bits, "laplace");
      expect((w * Math.exp(w)) / (3 * 4 ** bits)).toBeCloseTo(1, 12);
    }
  });

  it("minimize clipping and rounding of the Gaussian density, integrated", () => {
    for (const bits of [2, 4, 6, 8]) {
      const cost = (alpha: number) => {
        const step = 1e-3;
        let clipping = 0;
        for (let x = alpha + step / 2; x < alpha + 12; x += step) {
          clipping += 2 * (x - alpha) ** 2 * Math.exp((-x * x) / 2) * step;
        }
        return clipping / Math.sqrt(2 * Math.PI) + alpha ** 2 / (3 * 4 ** bits);
      };
      const alpha = aciqThreshold(bits, "gaussian");
      expect(cost(alpha)).toBeLessThan(cost(alpha - 0.003));
      expect(cost(alpha)).toBeLessThan(cost(alpha + 0.003));
    }
  });
});

describe("aciq", () => {
  const alpha = { gaussian: aciqThreshold(4, "gaussian"), laplace: aciqThreshold(4, "laplace") };

  it("takes the likelier distribution, unless one is given", () => {
    expect(range("aciq", gaussian, q.int(4)).min).toBeCloseTo(-alpha.gaussian, 1);
    expect(range("aciq", laplace, q.int(4)).min).toBeCloseTo(-alpha.laplace, 1);
    const forced = { name: "aciq", distribution: "laplace" } as const;
    const meanSize = Math.sqrt(2 / Math.PI); // a standard normal's
    expect(range(forced, gaussian, q.int(4)).min).toBeCloseTo(-alpha.laplace * meanSize, 1);
  });

  it("has its step: 2α / 2^bits in full range, α at the last code in narrow range", () => {
    const full = range("aciq", laplace, q.int(4));
    expect(full.max / -full.min).toBeCloseTo(7 / 8, 6);
    const narrow = range("aciq", laplace, q.int(4, { narrowRange: true }));
    expect(narrow.max).toBe(-narrow.min);
    expect(narrow.max).toBeCloseTo(-full.min, 6);
  });

  it("takes a ReLU's outputs for half of a distribution, with twice the codes for it", () => {
    const half = gaussian.map((value) => Math.max(0, value));
    const found = range("aciq", half, q.uint(3));
    expect(found.min).toBe(0);
    expect(found.max).toBeCloseTo(alpha.gaussian, 1);
    const negative = range(
      "aciq",
      half.map((value) => -value),
      q.uint(3),
    );
    expect(negative.min).toBeCloseTo(-found.max, 6);
  });

  it("stands around the mean where the format has a zero point", () => {
    const found = range(
      "aciq",
      gaussian.map((value) => value + 2),
      q.uint(2),
    );
    const reach = aciqThreshold(2, "gaussian");
    expect(found.max).toBeCloseTo(2 + reach, 1);
    expect(found.min).toBe(0); // 2 − 1.71 is above 0, which belongs to every range
  });
});

describe("a threshold in a symmetric format of full range", () => {
  it("is reached by the end at which the error is less", () => {
    const small = Array.from({ length: 30 }, (_, i) => (i - 15) / 100);
    for (const sign of [-1, 1]) {
      const values = Float32Array.of(...small, sign);
      const { min, max } = range("octav", values, q.int(3));
      const threshold = range("octav", values, q.int(3, { narrowRange: true })).max;
      expect(sign < 0 ? -min : max).toBeCloseTo(threshold, 6);
      expect(max / -min).toBeCloseTo(3 / 4, 6);
    }
  });
});

describe("octav", () => {
  /** The paper's fixed point by bisection, on the values themselves: equation 5's derivative is 0 there. */
  function byBisection(values: Float32Array, bits: number): number {
    const slope = (s: number) =>
      values.reduce((sum, value) => {
        const size = Math.abs(value);
        if (size === 0) return sum;
        return sum + (size > s ? s - size : (s * 4 ** -bits) / 3);
      }, 0);
    let [low, high] = [0, 200];
    for (let i = 0; i < 50; i++) {
      const middle = (low + high) / 2;
      if (slope(middle) < 0) low = middle;
      else high = middle;
    }
    return low;
  }

  it.each(["bell", "heavy"])(
    "is the fixed point of its equation: %s",
    { tags: "slow" },
    (shape) => {
      const values = draw(shape, 8, 20_000);
      for (const bits of [2, 3, 4, 8]) {
        const found = range("octav", values, q.int(bits, { narrowRange: true })).max;
        const largest = values.reduce((size, value) => Math.max(size, Math.abs(value)), 0);
        const expected = Math.min(byBisection(values, bits), largest);
        expect(Math.abs(found / expected - 1)).toBeLessThan(2e-3);
      }
    },
  );

  it("counts one bit more, and no zeros, for a ReLU's outputs", () => {
    const values = draw("relu", 9, 20_000);
    const expected = byBisection(values, 5);
    expect(range("octav", values, q.uint(4)).max / expected).toBeCloseTo(1, 2);
  });
});

describe("kl", () => {
  it("keeps all where there are as many levels as bins, and all of few values", () => {
    expect(range("kl", gaussian, q.uint(12)).max).toBe(gaussian.toSorted().at(-1));
    expect(range("kl", Float32Array.of(-1, 0, 3), q.int(8)).max).toBe(3);
  });

  it("doesn't clip where every different value can have a code: pixels, a few weights", () => {
    const pixels = Float32Array.from({ length: 4000 }, (_, i) => (i % 17) / 16);
    expect(range("kl", pixels, q.uint(4)).max).toBe(1);
    expect(range("kl", pixels, q.uint(3)).max).toBeGreaterThan(0.5);
    const weights = Float32Array.of(-0.2, 0.01, 0.3, -0.05, 0.11, 0.07, -0.4, 0.02, 0.25);
    expect(range("kl", weights, q.int(5)).min).toBeCloseTo(-0.4, 6);
  });

  it("isn't led astray by zeros: a ReLU's outputs are clipped as the values themselves", {
    tags: "slow",
  }, () => {
    const [bell, relu] = [draw("bell", 10, 100_000), draw("relu", 10, 100_000)];
    for (const bits of [4, 8]) {
      const ratio = range("kl", relu, q.int(bits)).max / range("kl", bell, q.int(bits)).max;
      expect(Math.abs(ratio - 1)).toBeLessThan(0.15);
    }
  });
});

describe("the signal-to-noise ratio on 200,000 values", () => {
  const ratio = (method: q.calibration.MethodName, values: Float32Array, bits: number) => {
    const format = q.int(bits);
    const { min, max } = range(method, values, format);
    const scale = (max - min) / (2 ** bits - 1);
    return sqnr(values, scale, format.smallest, format.largest);
  };

  // Computed by another program, on other draws: an extreme value moves minmax by a decibel.
  it.each([
    { name: "Gaussian", values: gaussian, minmax: 39.4, kl: 39.6, mse: 40.5, percentile: 40.5 },
    { name: "Laplace", values: laplace, minmax: 34.5, kl: 34.5, mse: 35.6, percentile: 35.4 },
  ])(
    "at 8 bits is as it was found elsewhere: $name",
    { tags: "slow" },
    ({ values, ...expected }) => {
      expect(Math.abs(ratio("mse", values, 8) - expected.mse)).toBeLessThan(0.25);
      expect(Math.abs(ratio("percentile", values, 8) - expected.percentile)).toBeLessThan(0.25);
      expect(Math.abs(ratio("minmax", values, 8) - expected.minmax)).toBeLessThan(1);
      expect(ratio("kl", values, 8)).toBeGreaterThan(expected.kl - 0.5);
      // None is above the search for the least error; the closed form and the iteration come near.
      for (const method of ["minmax", "kl", "percentile", "aciq", "octav"] as const) {
        expect(ratio(method, values, 8)).toBeLessThan(ratio("mse", values, 8) + 0.01);
      }
      for (const method of ["aciq", "octav"] as const) {
        for (const bits of [4, 8]) {
          expect(ratio(method, values, bits)).toBeGreaterThan(ratio("mse", values, bits) - 0.15);
        }
      }
    },
  );

  it("of heavy tails falls with a percentile at 4 bits", { tags: "slow" }, () => {
    // The tails of a draw decide its energy: values at even shares instead are within a decibel.
    const student = spread(count, studentQuantile);
    expect(Math.abs(ratio("percentile", student, 4) - 4.8)).toBeLessThan(1);
    expect(Math.abs(ratio("mse", student, 4) - 9.7)).toBeLessThan(1);
  });
});

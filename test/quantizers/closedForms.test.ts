import { describe, expect, it } from "vitest";
import {
  binary,
  fakeQuantize,
  int,
  kMeans,
  lloydMax,
  ternary,
  uint,
} from "../../src/quantizers/index.js";
import { gaussian, laplace } from "../../src/statistics/distributions.js";
import { random, tf } from "../../src/tensorflow/index.js";

/** The mean squared error of a codebook on its distribution, whose variance is 1. */
function distortion(name: "gaussian" | "laplace", bits: number): number {
  const { values } = lloydMax(name, bits);
  const middles = values.slice(1).map((value, i) => (value + values[i]!) / 2);
  const edges = [-Infinity, ...middles, Number.POSITIVE_INFINITY];
  const { mass } = name === "gaussian" ? gaussian : laplace;
  // Each value is its cell's mean, so the error is the variance less that of the values.
  return values.reduce((left, value, i) => left - value ** 2 * mass(edges[i]!, edges[i + 1]!), 1);
}

const squaredError = (x: tf.Tensor, y: tf.Tensor) =>
  tf.losses.meanSquaredError(x, y).dataSync()[0]!;

describe("Lloyd–Max codebooks", () => {
  it("of a Gaussian are Max's table I: values and errors at 1 to 5 bits", () => {
    const positive = (bits: number) => lloydMax("gaussian", bits).values.slice(2 ** (bits - 1));
    const near = (found: readonly number[], published: number[]) => {
      expect(found.length).toBe(published.length);
      for (const [i, value] of published.entries()) expect(found[i]).toBeCloseTo(value, 3);
    };
    near(positive(1), [0.798]);
    near(positive(2), [0.4528, 1.51]);
    near(positive(3), [0.2451, 0.756, 1.344, 2.152]);
    near(positive(4), [0.1284, 0.3881, 0.6568, 0.9424, 1.256, 1.618, 2.069, 2.733]);
    const errors = [0.36338, 0.117482, 0.034548, 0.009501];
    for (const [i, error] of errors.entries())
      expect(distortion("gaussian", i + 1)).toBeCloseTo(error, 5);
  });

  it("of a Laplace distribution have the errors 0.5, 0.1762, 0.0545, 0.0154 at 1 to 4 bits", () => {
    const errors = [0.5, 0.176195, 0.054476, 0.015373];
    for (const [i, error] of errors.entries())
      expect(distortion("laplace", i + 1)).toBeCloseTo(error, 5);
  });

  it("reach that error on drawn values, which their root mean square scales", {
    tags: "slow",
  }, () => {
    tf.tidy(() => {
      const x = random.normal([400_000], { stdDev: 3, seed: 1 });
      const error = squaredError(x, fakeQuantize(x, lloydMax("gaussian", 3))) / 9;
      expect(Math.abs(error / 0.034548 - 1)).toBeLessThan(0.02);
    });
  });

  it("of drawn values are those of their distribution, and k-means finds none much better", {
    tags: "slow",
  }, () => {
    tf.tidy(() => {
      const x = random.normal([200_000], { seed: 2 });
      const found = lloydMax(x, 2);
      for (const [i, value] of lloydMax("gaussian", 2).values.entries()) {
        expect(Math.abs(found.values[i]! - value)).toBeLessThan(0.02);
      }
      const clustered = squaredError(x, fakeQuantize(x, kMeans(x, 2, { seed: 3 })));
      expect(clustered / squaredError(x, fakeQuantize(x, found))).toBeGreaterThan(0.999);
    });
  });

  it("k-means finds the same codebook for the same seed", () => {
    const values = random.normal([500], { seed: 4 });
    expect(kMeans(values, 4, { seed: 5 }).values).toEqual(kMeans(values, 4, { seed: 5 }).values);
    expect(kMeans(values, 4, { seed: 5 }).values).not.toEqual(
      kMeans(values, 4, { seed: 6 }).values,
    );
  });

  it("refuse too few different values, and invalid bits", () => {
    expect(() => kMeans([1, 1, 2], 2)).toThrow(
      "invalid values: 2 different ones (expected at least 4",
    );
    expect(() => lloydMax([1, 2, Number.NaN, 4], 1)).toThrow("all finite");
    expect(() => lloydMax("gaussian", 9)).toThrow(
      "invalid bits: 9 (expected an integer from 1 to 8",
    );
    expect(() => lloydMax("cauchy" as never, 2)).toThrow("invalid distribution: cauchy");
  });
});

describe("the error of uniform values", () => {
  const x = random.uniform([400_000], { min: -1, max: 1, seed: 6 });

  it.each(["halfUp", "halfEven", "halfAwayFromZero"] as const)("is Δ²/12 with %s", (rounding) => {
    for (const bits of [3, 6]) {
      const format = uint(bits, { rounding });
      const step = 2 / (2 ** bits - 1);
      const y = fakeQuantize(x, format, { min: -1, max: 1 });
      // Nudging moves the ends by half a step: a part of the values is clipped there.
      const inside = tf.lessEqual(tf.abs(x), 1 - step).toFloat();
      const error = tf.sum(tf.mul(tf.squaredDifference(x, y), inside)).div(tf.sum(inside));
      expect(Math.abs(error.dataSync()[0]! / (step ** 2 / 12) - 1)).toBeLessThan(0.02);
    }
  });

  it("is Δ²/6 with stochastic rounding, whose mean is the value", () => {
    const step = 2 / 15;
    const inside = random.uniform([400_000], { min: -0.8, max: 0.8, seed: 7 });
    const format = uint(4, { rounding: "stochastic", seed: 8 });
    const y = fakeQuantize(inside, format, { min: -1, max: 1 });
    expect(Math.abs(squaredError(inside, y) / (step ** 2 / 6) - 1)).toBeLessThan(0.02);
    const one = fakeQuantize(tf.fill([200_000], 0.3), format, { min: -1, max: 1 });
    // Within four standard errors of the mean.
    expect(Math.abs(tf.mean(one).dataSync()[0]! - 0.3)).toBeLessThan((4 * step) / 2 / 447);
    expect(new Set(one.dataSync()).size).toBe(2);
  });

  it("falls by 6.02 dB with every bit", () => {
    const decibels = (bits: number) => {
      const y = fakeQuantize(x, int(bits, { symmetric: false }), { min: -1, max: 1 });
      return 10 * Math.log10(1 / 3 / squaredError(x, y));
    };
    for (const bits of [5, 6, 7, 8]) {
      expect(Math.abs(decibels(bits + 1) - decibels(bits) - 6.0206)).toBeLessThan(0.15);
    }
  });
});

describe("one and two bits", () => {
  it("binary has the error 1 − 2/π on a Gaussian, with each channel's own scale", () => {
    const x = tf.mul(random.normal([200_000, 2], { seed: 9 }), [1, 5]);
    const y = fakeQuantize(x, binary());
    const errors = tf.mean(tf.squaredDifference(x, y), 0).div([1, 25]).dataSync();
    for (const error of errors) expect(Math.abs(error - (1 - 2 / Math.PI))).toBeLessThan(0.005);
    const row = Array.from(tf.abs(y).slice([0, 0], [1, 2]).dataSync());
    expect(row[0]).toBeCloseTo(Math.sqrt(2 / Math.PI), 2);
    expect(row[1]).toBeCloseTo(5 * Math.sqrt(2 / Math.PI), 1);
  });

  it("ternary has the error that Δ = 0.7 · E|w| gives on a Gaussian", () => {
    // α = E[|w| ; |w| > Δ] = φ(Δ)/Q(Δ), and the error is 1 − 2φ(Δ)²/Q(Δ).
    const threshold = 0.7 * Math.sqrt(2 / Math.PI);
    const tail = gaussian.mass(threshold, Number.POSITIVE_INFINITY);
    const density = Math.exp(-(threshold ** 2) / 2) / Math.sqrt(2 * Math.PI);
    const x = random.normal([400_000], { seed: 10 });
    const y = fakeQuantize(x, ternary());
    expect(tf.max(y).dataSync()[0]).toBeCloseTo(density / tail, 2);
    expect(squaredError(x, y)).toBeCloseTo(1 - (2 * density ** 2) / tail, 2);
    expect(1 - (2 * density ** 2) / tail).toBeCloseTo(0.19, 2);
  });
});

import { describe, expect, it } from "vitest";
import * as q from "../../src/index.js";

const range = { min: -1, max: 0.75 };
const format = q.int(3);
const step = 0.25;
const codes = Array.from({ length: 8 }, (_, i) => i - 4);

describe("gradientField", () => {
  it("has a row for each estimator and value, and shows itself", { tags: "slow" }, () => {
    const field = q.analysis.gradientField({ points: 21 });
    expect(field.rows.length).toBe(21 * q.estimators.names().length);
    expect(field.table.shape).toEqual([field.rows.length, 5]);
    // A panel for each estimator, with its stairs and its gradient.
    const panels = new Set(field.figure.spec.data.map(({ xaxis }) => xaxis ?? "x"));
    expect(panels.size).toBe(q.estimators.names().length);
    expect(field.figure.spec.data).toHaveLength(2 * panels.size);
    expect(String(field)).toMatch(
      /ste 1\.000, clippedSte|clippedSte 0\.\d+, none 0\.000, ste 1\.000/,
    );
  });

  it("finds the gradients that the definitions have", () => {
    const estimators = ["none", "ste", "clippedSte", "stochastic"] as const;
    const { rows } = q.analysis.gradientField({ estimators, format, range, points: 36 });
    for (const { estimator, x, rounded, gradient } of rows) {
      const inside = x >= -1 && x <= 0.75 ? 1 : 0;
      expect(gradient).toBe({ none: 0, ste: 1 }[estimator] ?? inside);
      if (estimator === "stochastic") {
        // The mean of thousands of draws: far more than five standard errors.
        const clipped = Math.min(0.75, Math.max(-1, x));
        expect(Math.abs(rounded - clipped)).toBeLessThan(step / 40);
      } else {
        expect(rounded).toBeCloseTo(
          Math.min(3, Math.max(-4, Math.floor(x / step + 0.5))) * step,
          6,
        );
      }
    }
  });

  it("finds for the range LSQ's sawtooth and PACT's step (Esser et al., equation 3; Choi et al., equation 3)", () => {
    const { rows } = q.analysis.gradientField({
      estimators: ["ste", "lsq", "pact"],
      of: "range",
      format: q.uint(2),
      range: { min: 0, max: 3 },
      points: 34,
    });
    expect(new Set(rows.map(({ estimator, of }) => `${estimator} ${of}`))).toEqual(
      new Set(["lsq scale", "pact alpha"]),
    );
    for (const { estimator, x, gradient } of rows) {
      const sawtooth = x <= 0 ? 0 : x >= 3 ? 3 : Math.floor(x + 0.5) - x;
      expect(gradient).toBeCloseTo(estimator === "lsq" ? sawtooth : x >= 3 ? 1 : 0, 5);
    }
  });

  it("says what is wrong with its options", () => {
    expect(() => q.analysis.gradientField({ points: 1 })).toThrow("invalid points: 1");
    expect(() => q.analysis.gradientField({ estimators: [] })).toThrow("invalid estimators");
    expect(() => q.analysis.gradientField({ estimators: ["hope" as "ste"] })).toThrow(
      "invalid estimator: hope",
    );
    expect(() => q.analysis.gradientField({ estimators: ["ste"], of: "range" })).toThrow(
      "learn no parameter of the range",
    );
    expect(() => q.analysis.gradientField({ range: { min: 0, max: 0 } })).toThrow("min below max");
  });
});

describe("gradientBias", () => {
  const target = 0.3;

  it("has finite differences equal to the derivative of the expected loss", () => {
    const noise = 0.4;
    const { points } = q.analysis.gradientBias({
      estimators: ["ste"],
      format,
      range,
      target,
      noise,
    });
    const density = (z: number) => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
    for (const { x, ...point } of points) {
      // L(w) = Σ (c − t)² · P(c | w): the derivative of a normal probability is its density at the ends.
      const slope = codes.reduce((sum, code) => {
        const ends = [code - 0.5, code + 0.5].map((end) => (end * step - x) / (noise * step));
        const [low, high] = [
          code === -4 ? 0 : density(ends[0]!),
          code === 3 ? 0 : density(ends[1]!),
        ];
        return sum + ((code * step - target) ** 2 * (low - high)) / (noise * step);
      }, 0);
      expect(point["finite difference"]).toBeCloseTo(slope, 3);
      expect(point.bias).toBeCloseTo(point.gradient - slope, 3);
    }
  });

  it("is the slope without a gradient, and vanishes straight through where noise is a step wide", {
    tags: "slow",
  }, () => {
    const options = {
      estimators: ["none", "ste"],
      format: q.int(5),
      range: { min: -4, max: 3.75 },
    } as const;
    const bias = q.analysis.gradientBias({ ...options, target, noise: 1 });
    for (const point of bias.points) {
      if (point.estimator === "none") expect(point.bias).toBe(-point["finite difference"]);
      // Not at the ends, where values are clipped.
      else if (Math.abs(point.x) < 2.5) expect(Math.abs(point.bias)).toBeLessThan(0.002);
    }
    const small = q.analysis.gradientBias({ ...options, target, noise: 0.1 });
    expect(small.rows[1]!["mean |bias|"]).toBeGreaterThan(10 * bias.rows[1]!["mean |bias|"]);
    expect(bias.rows[0]!["wrong way (%)"]).toBe(100);
    expect(bias.table.shape).toEqual([2, 5]);
  });

  it("of stochastic rounding is 2(x − middle) for a squared loss: true in the mean over a step only", {
    tags: "slow",
  }, () => {
    const noise = 0.25;
    const { points } = q.analysis.gradientBias({
      estimators: ["stochastic"],
      format,
      range,
      target,
      noise,
      points: 141,
    });
    // The first term of the sawtooth's Fourier series, smoothed by the noise.
    const amplitude = ((2 * step) / Math.PI) * Math.exp(-2 * (Math.PI * noise) ** 2);
    const inner = points.filter(({ x }) => x > -0.625 && x < 0.375);
    const wave = (x: number) => -Math.sin((2 * Math.PI * x) / step);
    const sum = (of: (point: (typeof inner)[number]) => number) =>
      inner.reduce((sum, point) => sum + of(point), 0);
    const found = sum(({ x, bias }) => bias * wave(x)) / sum(({ x }) => wave(x) ** 2);
    expect(found / amplitude).toBeGreaterThan(0.5);
    expect(found / amplitude).toBeLessThan(1.5);
    expect(Math.abs(sum(({ bias }) => bias) / inner.length)).toBeLessThan(amplitude / 2);
  });

  it("says what is wrong with its options", () => {
    expect(() => q.analysis.gradientBias({ noise: 0 })).toThrow("invalid noise: 0");
    expect(() => q.analysis.gradientBias({ target: Number.NaN })).toThrow("invalid target");
    expect(() => q.analysis.gradientBias({ format: q.int(9) })).toThrow("at most 8 bits");
    expect(() => q.analysis.gradientBias({ points: 0 })).toThrow("invalid points: 0");
  });
});

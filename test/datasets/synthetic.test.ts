import { describe, expect, it } from "vitest";
import { synthetic } from "../../src/datasets/index.js";
import golden from "../golden/synthetic.json" with { type: "json" };

type Draw = (size: number, options?: object) => Float32Array;
const draws = synthetic as unknown as Record<string, Draw>;
const size = 100_000;

describe("synthetic values", () => {
  it.each(golden.cases)(
    "$name $options has SciPy's quantiles",
    { tags: "slow" },
    ({ name, options, quantiles }) => {
      const values = draws[name]!(size, options);
      expect(values.length).toBe(size);
      golden.probabilities.forEach((p, i) => {
        const below = values.filter((value) => value < quantiles[i]!).length / size;
        // 4.5 standard errors of a share: one wrong alarm in 1,300 runs of all, and the seed is fixed.
        expect(Math.abs(below - p)).toBeLessThan(4.5 * Math.sqrt((p * (1 - p)) / size));
      });
    },
  );

  it.each(Object.keys(synthetic))("%s are decided by the seed", (name) => {
    const make = draws[name]!;
    expect(make(50, { seed: 3 })).toEqual(make(50, { seed: 3 }));
    expect(make(50, { seed: 3 })).not.toEqual(make(50, { seed: "3b" }));
    expect(make(50, { seed: 3 })).toEqual(make(100, { seed: 3 }).subarray(0, 50));
  });

  it("are refused with parameters that make no sense", () => {
    const { gaussian, laplace, studentT, skewNormal, logNormal, uniform } = synthetic;
    expect(() => gaussian(0)).toThrow("invalid size: 0 (expected a whole number of at least 1)");
    expect(() => gaussian(5, { stdDev: -1 })).toThrow("invalid stdDev: -1 (expected a finite num");
    expect(() => laplace(5, { mean: Number.NaN })).toThrow("invalid mean: NaN");
    expect(() => studentT(5, { degrees: 0 })).toThrow("invalid degrees: 0");
    expect(() => skewNormal(5, { skew: Number.POSITIVE_INFINITY })).toThrow("invalid skew");
    expect(() => logNormal(5, { sigma: 0 })).toThrow("invalid sigma: 0");
    expect(() => uniform(5, { min: 1, max: 1 })).toThrow("invalid range: 1 to 1");
    expect(() => gaussian(5, { seed: 1.5 })).toThrow("invalid seed: 1.5");
  });
});

import { describe, expect, it } from "vitest";
import { interval } from "../../src/statistics/interval.js";

describe("interval(values)", () => {
  it("is mean ± 2.7764·s/√5 for five values", () => {
    const { mean, low, high, n } = interval([4.1, 5.3, 4.7, 5.9, 5.0]);
    expect(n).toBe(5);
    expect(mean).toBeCloseTo(5, 12);
    expect(low).toBeCloseTo(4.16706646844066, 10);
    expect(high).toBeCloseTo(5.83293353155934, 10);
  });

  it("contains the true mean in about 95 of 100 repetitions", () => {
    let state = 1;
    const uniform = () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return (state + 0.5) / 2 ** 32;
    };
    const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
    let hits = 0;
    for (let trial = 0; trial < 4000; trial++) {
      const { low, high } = interval(Array.from({ length: 5 }, normal));
      if (low <= 0 && high >= 0) hits++;
    }
    // Three standard errors of a proportion of 0.95 over 4,000 trials are 0.0103.
    expect(Math.abs(hits / 4000 - 0.95)).toBeLessThan(0.0103);
  });

  it("refuses one value, and a value that isn't finite", () => {
    expect(() => interval([1])).toThrow("invalid number of values: 1");
    expect(() => interval([1, Number.NaN])).toThrow("invalid value: NaN");
  });
});

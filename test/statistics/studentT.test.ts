import { describe, expect, it } from "vitest";
import { centralProbability, criticalT } from "../../src/statistics/studentT.js";

describe("Student's t", () => {
  // NIST/SEMATECH e-Handbook of Statistical Methods, table 1.3.6.7.2, column 0.975.
  it.each([
    [1, 12.706],
    [2, 4.303],
    [3, 3.182],
    [4, 2.776],
    [5, 2.571],
    [9, 2.262],
    [10, 2.228],
    [30, 2.042],
    [100, 1.984],
  ])("criticalT(0.95, %i) is the tabulated %f", (df, tabulated) => {
    expect(criticalT(0.95, df)).toBeCloseTo(tabulated, 3);
  });

  it("has half of a Cauchy variable within ±1", () => {
    expect(centralProbability(1, 1)).toBeCloseTo(0.5, 15);
  });

  it("approaches the normal distribution for many degrees of freedom", () => {
    expect(criticalT(0.95, 100_000)).toBeCloseTo(1.95996, 4);
  });

  it("names a confidence or degrees of freedom that are out of range", () => {
    expect(() => criticalT(95, 4)).toThrow("invalid confidence: 95");
    expect(() => criticalT(0.95, 0)).toThrow("invalid degrees of freedom: 0");
  });
});

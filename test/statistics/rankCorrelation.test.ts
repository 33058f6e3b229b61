import { describe, expect, it } from "vitest";
import * as q from "../../src/index.js";

const { rankCorrelation } = q.analysis;

describe("q.analysis.rankCorrelation", () => {
  it("is that of Wikipedia's example, IQ and hours before the television", () => {
    const iq = [106, 100, 86, 101, 99, 103, 97, 113, 112, 110];
    const hours = [7, 27, 2, 50, 28, 29, 20, 12, 6, 17];
    expect(rankCorrelation(iq, hours)).toBeCloseTo(-29 / 165, 12);
  });

  it("gives ties their mean rank, as SciPy 1.17.1's spearmanr", () => {
    const [x, y] = [
      [1, 2, 2, 3, 5, 5, 5, 8],
      [3, 1, 4, 4, 4, 9, 2, 7],
    ];
    expect(rankCorrelation(x, y)).toBeCloseTo(0.5534700659692905, 12);
    expect(rankCorrelation([0.5, -1, 3, 3, 2], [7, 7, 1, 0, 2])).toBeCloseTo(-18 / 19, 12);
  });

  it("is 1 for the same order, −1 for the other, NaN for one value", () => {
    expect(rankCorrelation([1, 2, 30], Float32Array.of(5, 6, 7))).toBe(1);
    expect(rankCorrelation([1, 2, 30], [3, 2, 1])).toBe(-1);
    expect(rankCorrelation([1, 1, 1], [3, 2, 1])).toBeNaN();
  });

  it("refuses lists that don't go together", () => {
    expect(() => rankCorrelation([1, 2], [1])).toThrow("invalid lists: 2 and 1 numbers");
    expect(() => rankCorrelation([1, Number.NaN], [1, 2])).toThrow("invalid value: NaN");
  });
});

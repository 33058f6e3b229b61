import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as q from "../../src/index.js";
import { separation } from "../../src/statistics/index.js";

const golden = JSON.parse(
  readFileSync(new URL("../golden/binomial.json", import.meta.url), "utf8"),
) as {
  intervals: [number, number, number, number, number][];
  tests: [number, number, number][];
  curves: { high: number[]; low: number[]; auroc: number; ends: [number, number] }[];
};

describe("q.clopperPearson", () => {
  it("agrees with statsmodels", () => {
    for (const [count, of, confidence, low, high] of golden.intervals) {
      const found = q.clopperPearson(count, of, confidence);
      expect(found.low, `${count} of ${of}`).toBeCloseTo(low, 12);
      expect(found.high, `${count} of ${of}`).toBeCloseTo(high, 12);
      expect(found.share).toBe(count / of);
    }
  });

  it("refuses counts that can't be", () => {
    expect(() => q.clopperPearson(3, 2)).toThrow("invalid count: 3");
    expect(() => q.clopperPearson(0, 0)).toThrow("invalid number of examples: 0");
    expect(() => q.clopperPearson(1, 2, 1)).toThrow("invalid confidence: 1");
  });
});

describe("q.mcnemar", () => {
  it("agrees with statsmodels' exact test", () => {
    for (const [lost, won, p] of golden.tests) {
      expect(q.mcnemar(lost, won), `${lost} and ${won}`).toBeCloseTo(p, 12);
    }
    expect(() => q.mcnemar(-1, 2)).toThrow("invalid lost: -1");
  });
});

describe("the area under the ROC curve", () => {
  it("agrees with scikit-learn, and its interval with DeLong's definition", () => {
    for (const { high, low, auroc, ends } of golden.curves) {
      const found = separation(high, low);
      expect(found.auroc).toBeCloseTo(auroc, 12);
      expect(found.low).toBeCloseTo(ends[0], 10);
      expect(found.high).toBeCloseTo(ends[1], 10);
    }
  });

  it("has an interval where all pairs are in order", () => {
    expect(separation([2, 3, 4], [0, 1, 1, 0, 1, 0])).toEqual({ auroc: 1, low: 0, high: 1 });
  });
});

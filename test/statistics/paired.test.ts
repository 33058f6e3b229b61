import { expect, it } from "vitest";
import { holm, pairedDifference } from "../../src/statistics/index.js";
import golden from "../golden/paired.json" with { type: "json" };

it.each(golden.pairs)("a paired difference of $a.length pairs is SciPy's", (pair) => {
  const found = pairedDifference(pair.a, pair.b);
  for (const key of ["p", "low", "high", "detectable"] as const) {
    expect(found[key]).toBeCloseTo(pair[key], 10);
  }
});

it("differences that are all the same are certain, and none at all are nothing", () => {
  expect(pairedDifference([3, 4], [1, 2]).p).toBe(0);
  expect(pairedDifference([1, 2], [1, 2])).toMatchObject({ p: 1, detectable: 0, mean: 0 });
});

it("a pair without its partner is refused", () => {
  expect(() => pairedDifference([1, 2, 3], [1, 2])).toThrow("invalid lengths: 3 and 2");
  expect(() => pairedDifference([1], [1])).toThrow("invalid number of values: 1");
  expect(() => pairedDifference([1, Number.NaN], [1, 2])).toThrow("invalid value: NaN");
});

it.each(golden.families)(
  "Holm's correction of $p.length values is that of statsmodels",
  (family) => {
    for (const [i, p] of holm(family.p).entries()) {
      expect(p).toBeCloseTo(family.corrected[i]!, 12);
    }
  },
);

it("a number that is no probability is refused", () => {
  expect(holm([])).toEqual([]);
  for (const p of [-0.1, 1.1, Number.NaN]) expect(() => holm([0.5, p])).toThrow("invalid p-value");
});

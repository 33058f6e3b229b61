import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Series } from "../../src/plot/series.js";

const fill = (values: (number | null)[], limit?: number) => {
  const series = new Series(limit);
  for (const [x, y] of values.entries()) series.push({ x, y });
  return series.points();
};

describe("Series", () => {
  it("keeps every point up to its limit", () => {
    const values = [3, null, 1, 2];
    expect(fill(values, 4)).toEqual(values.map((y, x) => ({ x, y })));
  });

  it("keeps a spike among a million points, in a bounded number", { tags: "slow" }, () => {
    const values = Array.from({ length: 1e6 }, (_, i) => Math.sin(i));
    values[123_456] = 99;
    values[654_321] = -99;
    const points = fill(values);
    expect(points.length).toBeLessThanOrEqual(1000);
    expect(points).toContainEqual({ x: 123_456, y: 99 });
    expect(points).toContainEqual({ x: 654_321, y: -99 });
  });

  it("draws points that were pushed, from left to right, with the smallest and the largest", () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.integer()), { minLength: 1, maxLength: 300 }), (values) => {
        const points = fill(values, 16);
        expect(points.length).toBeLessThanOrEqual(32);
        for (const { x, y } of points) expect(values[x]).toBe(y);
        expect(points.map(({ x }) => x)).toEqual(points.map(({ x }) => x).sort((a, b) => a - b));
        const finite = values.filter((value) => value !== null);
        const drawn = points.map(({ y }) => y);
        if (finite.length > 0) {
          expect(drawn).toContain(Math.min(...finite));
          expect(drawn).toContain(Math.max(...finite));
        }
      }),
    );
  });

  it("keeps a gap that is as long as a bucket", () => {
    const values = Array.from({ length: 64 }, (_, i) => (i >= 32 ? null : i));
    expect(fill(values, 16).at(-1)?.y).toBeNull();
  });
});

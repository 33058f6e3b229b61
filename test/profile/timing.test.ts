import { describe, expect, it } from "vitest";
import { timing } from "../../src/profile/timing.js";
import type { Measurement } from "../../src/tensorflow/profile/meter.js";

const call = (total: number): Measurement => ({
  total,
  ops: new Map([["Mul", { count: 2, ms: total / 2 }]]),
  graphs: { count: 0, ms: 0 },
  transfers: { count: 1, ms: total / 10 },
  fetched: "",
});

describe("timing(measurements)", () => {
  it("is the mean of the middle half, as scipy.stats.trim_mean(totals, 0.25)", () => {
    // trim_mean([3, 100, 1, 10, 2], 0.25) = 5; quantile([…], [0.25, 0.75]) = [2, 10] (numpy)
    const { total, low, high, calls } = timing([3, 100, 1, 10, 2].map(call));
    expect({ total, low, high, calls }).toEqual({ total: 5, low: 2, high: 10, calls: 5 });
  });

  it("divides the whole among its parts", () => {
    const { native, memory, javascript, ops } = timing([4, 8, 6, 7].map(call));
    expect(native).toEqual({ count: 2, ms: 3.25 });
    expect(ops.get("Mul")).toEqual(native);
    expect(memory.ms).toBeCloseTo(0.65, 12);
    expect(javascript).toBeCloseTo(2.6, 12);
  });
});

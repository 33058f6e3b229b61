import { describe, expect, it } from "vitest";
import * as q from "../../src/index.js";

describe("q.mean", () => {
  it("takes any list of numbers, and says the same as an interval", () => {
    expect([q.mean([4, 5, 9]), q.mean(new Set([1, 2])), q.mean(Float32Array.of(0.5))]).toEqual([
      6, 1.5, 0.5,
    ]);
    const values = [0.1, 0.7, 1e3];
    expect(q.mean(values)).toBe(q.interval(values).mean);
  });

  it("refuses no value, and a value that isn't finite", () => {
    expect(() => q.mean([])).toThrow("invalid values: none (expected at least one finite number");
    expect(() => q.mean([1, Number.NaN])).toThrow("invalid values: NaN (expected");
  });
});

it("q.mean takes a tensor: of booleans it is the share that is true", () => {
  q.tf.tidy(() => {
    expect(
      q.mean(
        q.tf.tensor2d([
          [1, 2],
          [3, 6],
        ]),
      ),
    ).toBe(3);
    expect(q.mean(q.tf.tensor1d([1, 0, 1, 1]).equal(0))).toBe(0.25);
    expect(() => q.mean(q.tf.tensor1d([1, Number.NaN]))).toThrow("invalid values: NaN");
  });
});

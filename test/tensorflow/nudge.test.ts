import { describe, expect, it } from "vitest";
import { nudge } from "../../src/tensorflow/index.js";

describe("nudge", () => {
  it("moves a range until 0 has a code, halves away from zero", () => {
    // Scale 2: 0 lies half a step above the smallest code, and gets code 1.
    expect(nudge(-1, 5, 0, 3)).toEqual({ scale: 2, zeroPoint: 1, min: -2, max: 4 });
    expect(nudge(0, 6, 1, 3)).toEqual({ scale: 3, zeroPoint: 1, min: 0, max: 6 });
  });

  it("keeps 0 at an end when the range lies on one side of it", () => {
    expect(nudge(1, 4, 0, 3)).toMatchObject({ zeroPoint: 0, min: 0, max: 3 });
    expect(nudge(-4, -1, 0, 3)).toMatchObject({ zeroPoint: 3, max: 0 });
  });

  it("makes no grid of a range without width", () => {
    expect(nudge(0, 0, 0, 3)).toEqual({ scale: 0, zeroPoint: 0, min: 0, max: 0 });
  });
});

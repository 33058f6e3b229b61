import { describe, expect, it } from "vitest";
import * as q from "../../src/index.js";

describe("q.round", () => {
  it("keeps one digit behind the point, or as many as it is told", () => {
    expect([q.round(91.2499), q.round(91.25), q.round(-0.449, 2), q.round(12.6, 0)]).toEqual([
      91.2, 91.3, -0.45, 13,
    ]);
  });

  it("leaves NaN and infinities as they are", () => {
    expect([Number.NaN, 1 / 0, -1 / 0, 1e308].map((value) => q.round(value))).toEqual([
      Number.NaN,
      1 / 0,
      -1 / 0,
      1e308,
    ]);
  });

  it.each([-1, 0.5, 16, Number.NaN])("refuses %s digits", (digits) => {
    expect(() => q.round(1, digits)).toThrow(`invalid digits: ${digits} (expected an integer`);
    expect(() => q.percent(1, digits)).toThrow(`invalid digits: ${digits} (expected an integer`);
  });
});

describe("q.percent", () => {
  it("writes a share with its digits and its sign, zeros too", () => {
    expect([q.percent(0.912), q.percent(1), q.percent(0.12345, 2), q.percent(0.5, 0)]).toEqual([
      "91.2 %",
      "100.0 %",
      "12.35 %",
      "50 %",
    ]);
  });
});

import { describe, expect, it } from "vitest";
import { claimMimeType } from "../../src/mimeTypes/index.js";
import { type ClaimOptions, checkClaim, claimBundle } from "../../src/report/claim.js";
import { interval } from "../../src/statistics/index.js";

describe("checkClaim(statement, options)", () => {
  it("takes the interval's worse end, not the mean", () => {
    const mean = 5;
    expect(checkClaim("c", { measured: { mean, low: 4.2, high: 6 }, atLeast: 4 }).holds).toBe(true);
    expect(checkClaim("c", { measured: { mean, low: 3.9, high: 6 }, atLeast: 4 }).holds).toBe(
      false,
    );
    expect(checkClaim("c", { measured: { mean, low: 4, high: 5.9 }, atMost: 6 }).holds).toBe(true);
    expect(checkClaim("c", { measured: { mean, low: 4, high: 6.1 }, atMost: 6 }).holds).toBe(false);
  });

  it("takes the measured value alone where there is no interval", () => {
    expect(checkClaim("c", { measured: 4, atLeast: 4 }).holds).toBe(true);
    expect(checkClaim("c", { measured: 3.99, atLeast: 4 }).holds).toBe(false);
    expect(checkClaim("c", { measured: 6.03, near: 6.02, tolerance: 0.1 }).holds).toBe(true);
    expect(checkClaim("c", { measured: 6.13, near: 6.02, tolerance: 0.1 }).holds).toBe(false);
  });

  it("holds an honest null when the interval contains 0", () => {
    const verdict = (measured: ClaimOptions["measured"]) =>
      checkClaim("c", { measured, nothingShown: true });
    expect(verdict({ mean: 0.2, low: -0.5, high: 0.9 }).holds).toBe(true);
    expect(verdict({ mean: 0.2, low: 0.1, high: 0.3 }).holds).toBe(false);
    expect(() => verdict(0.2)).toThrow("nothingShown without an interval");
    const paired = { mean: 0.2, low: -0.5, high: 0.9, detectable: 1.25 };
    expect(verdict(paired).expected).toBe(
      "an interval that contains 0: no effect is shown; below 1.25 none could be",
    );
  });

  it("takes the result of q.interval, and writes its mean", () => {
    const measured = interval([4.5, 5.5]);
    const verdict = checkClaim("c", { measured, atLeast: -20 });
    expect(verdict.measured).toBe(5);
    expect(verdict.interval).toEqual({ low: measured.low, high: measured.high });
    expect(() => checkClaim("c", { measured: [4, 5] as never, atLeast: 0 })).toThrow(
      "invalid measured: no mean, low and high",
    );
    expect(() => checkClaim("c", { measured: { mean: 1, low: 2, high: 0 }, atLeast: 0 })).toThrow(
      "invalid measured: the interval from 2 to 0",
    );
  });

  it("judges the mean alone in a quick run, and says so; a null claim keeps its interval", () => {
    const measured = { mean: 5, low: -8, high: 18 };
    const verdict = checkClaim("c", { measured, atLeast: 4, unit: "points" }, true);
    expect(verdict).toMatchObject({ measured: 5, interval: null, holds: true });
    expect(verdict.expected).toBe("at least 4.00 points (a quick run: the mean alone is judged)");
    expect(checkClaim("c", { measured, atLeast: 6 }, true).holds).toBe(false);
    const none = checkClaim("c", { measured, nothingShown: true }, true);
    expect(none.interval).toEqual({ low: -8, high: 18 });
    expect(checkClaim("c", { measured: 5, atLeast: 4 }, true).expected).toBe("at least 4.00");
  });

  it("never holds for NaN", () => {
    for (const condition of [{ atLeast: 0 }, { atMost: 0 }, { near: 0, tolerance: 1 }]) {
      expect(checkClaim("c", { measured: Number.NaN, ...condition }).holds).toBe(false);
    }
  });

  it("names a missing, a double and an incomplete condition", () => {
    expect(() => checkClaim("c", { measured: 1 })).toThrow("invalid claim: no condition");
    expect(() => checkClaim("c", { measured: 1, atLeast: 0, atMost: 2 })).toThrow(
      "invalid claim: atLeast and atMost",
    );
    expect(() => checkClaim("c", { measured: 1, near: 1 })).toThrow("invalid tolerance: undefined");
  });
});

describe("a claim about a study's difference", () => {
  const measured = { mean: 8.77, low: 5.07, high: 12.5, unit: "points", digits: 1 };

  it("has the unit and the digits that the difference brings, unless it says others", () => {
    expect(checkClaim("gains", { measured, atLeast: 5 }).expected).toBe("at least 5.0 points");
    const own = { measured, atLeast: 5, unit: "dB", digits: 0 };
    expect(checkClaim("gains", own)).toMatchObject({ expected: "at least 5 dB", unit: "dB" });
  });
});

describe("a claim's bundle", () => {
  it("writes large numbers in groups of three digits", () => {
    const verdict = checkClaim("small", { measured: 319088, atMost: 320004.4, unit: "bytes" });
    expect(String(claimBundle(verdict, 0)["text/plain"])).toContain("measured 319,088 bytes");
    expect(verdict.expected).toBe("at most 320,004.40 bytes");
  });

  it("shows verdict, value, interval and threshold, and carries them as data", () => {
    const measured = { mean: 5.25, low: 4.5, high: 6 };
    const options = { measured, atLeast: 4, unit: "points" };
    const verdict = checkClaim("a < b", options);
    const bundle = claimBundle(verdict);
    expect(bundle["text/plain"]).toBe(
      "✓ a < b\n  measured 5.25 points, interval 4.50 to 6.00 · expected at least 4.00 points",
    );
    expect(bundle["text/html"]).toContain("a &lt; b");
    expect(JSON.parse(JSON.stringify(bundle[claimMimeType]))).toEqual(verdict);
  });

  it("writes no sign before a zero", () => {
    const options = { measured: { mean: -0.001, low: -0.004, high: 0.1 }, atMost: 1 };
    expect(claimBundle(checkClaim("c", options))["text/plain"]).toContain(
      "measured 0.00, interval 0.00 to 0.10",
    );
  });

  it("says in words that a claim doesn't hold, not by colour alone", () => {
    const bundle = claimBundle(checkClaim("c", { measured: 1, atLeast: 4 }));
    expect(bundle["text/plain"]).toContain("✗ c");
    expect(bundle["text/html"]).toContain("doesn’t hold");
  });
});

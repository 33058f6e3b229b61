import { describe, expect, it } from "vitest";
import { divergence } from "../../src/calibration/index.js";
import { klRange } from "../../src/calibration/methods/kl.js";
import { leastSquaresRange } from "../../src/calibration/methods/search.js";
import { int, uint } from "../../src/quantizers/index.js";
import golden from "../golden/entropy.json" with { type: "json" };

const { oneSided, twoSided, versions } = golden;

/** The end with the least divergence, and that; of equal ones the last, as NVIDIA's. */
function best(ends: number[], divergenceAt: (end: number) => number) {
  return ends.reduce(
    (found, end) => {
      const value = divergenceAt(end);
      return value <= found.value ? { end, value } : found;
    },
    { end: -1, value: Number.POSITIVE_INFINITY },
  );
}

const integers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i);

describe.each(twoSided)("a histogram of $bins bins in $levels levels", (given) => {
  const { bins, levels, counts, onnx, mxnet } = given;
  const middle = Math.floor(bins / 2);
  const raised = counts.map((one) => 1000 * (one + 1));
  const at = (half: number) => divergence(raised, middle - half, middle + half + 1, levels);
  const windows = integers(Math.floor(levels / 2), middle);

  it(`has Apache MXNet ${versions.mxnet}'s threshold of all, and its divergence`, () => {
    const { end, value } = best(windows, at);
    expect(end).toBe(mxnet.half);
    // Its sums are float32's, and it leaves the first bin out of the first level.
    expect(Math.abs(value / mxnet.divergence - 1)).toBeLessThan(5e-3);
  });

  it(`has ONNX Runtime ${versions.onnxruntime}'s of those that its levels fill`, () => {
    // ONNX Runtime leaves out the bins that fill no level, so that it finds only windows that its levels fill.
    const filled = windows.filter((half) => (2 * half + 1) % levels === 0);
    expect(filled.length).toBeGreaterThan(3);
    expect(best(filled, at).end).toBe(onnx);
  });
});

describe.each(oneSided)("sizes of the shape $shape in $bits bits, unsigned $unsigned", (given) => {
  const { bits, unsigned, counts, all, multiples } = given;
  const levels = 2 ** (unsigned ? bits : bits - 1);
  const format = unsigned ? uint(bits) : int(bits, { narrowRange: true });
  const size = counts.length;
  const values = counts.map((_, i) => i + 0.5);
  const samples = { values, counts, min: 0.5, max: size - 0.5, bins: 2 * size };

  it(`have NVIDIA modelopt ${versions.modelopt}'s threshold of those that levels divide`, () => {
    const ends = integers(levels, size).filter((end) => end % levels === 0);
    expect(best(ends, (end) => divergence(counts, 0, end, levels)).end).toBe(multiples);
  });

  it("have one near NVIDIA's of all; where some values are many, both clip far", () => {
    const { max } = klRange(samples, format);
    if (given.shape !== "spiky") {
      expect(Math.abs(max / all - 1)).toBeLessThan(0.02);
      return;
    }
    expect(Math.max(max, all)).toBeLessThan(0.76 * size);
    expect(leastSquaresRange(samples, format).max).toBeGreaterThan(0.98 * size);
  });
});

describe("a kernel of few weights", () => {
  it("has the best of the thresholds at which a bin is filled, as a search of all of those finds it", () => {
    const weights = Float32Array.from({ length: 128 }, (_, i) => Math.tan(((i - 63.5) / 64) * 1.4));
    const sorted = weights.map(Math.abs).sort();
    const largest = sorted.at(-1)!;
    const width = 2 ** (Math.floor(Math.log2(largest)) + 1) / 2048;
    const counts = new Float64Array(Math.floor(largest / width) + 1);
    for (const size of sorted) counts[Math.floor(size / width)]! += 1;
    const filled = integers(1, counts.length).filter((end) => counts[end - 1]! > 0);
    const few = filled.filter((end, i) => i + 1 > 8 && end >= counts.length / 16);
    let [end, least] = [counts.length, Number.POSITIVE_INFINITY];
    for (const at of few) {
      const value = divergence(counts, 0, at, 8);
      if (value < least) [end, least] = [at, value];
    }
    const { max } = klRange(
      { values: weights.sort(), min: -largest, max: largest },
      int(4, { narrowRange: true }),
    );
    expect(max).toBe(Math.min(largest, end * width));
  });
});

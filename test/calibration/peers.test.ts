import { describe, expect, it } from "vitest";
import { divergence } from "../../src/calibration/index.js";
import * as q from "../../src/index.js";
import { draw } from "../fixtures/samples.js";
import golden from "../golden/calibration.json" with { type: "json" };

const { batches, cases, count, entropy, versions } = golden;
const int8 = q.int(8, { narrowRange: true });
const free = q.int(8, { symmetric: false });

function observed(method: q.CalibrationMethod, values: Float32Array): q.Observer {
  const seen = q.observer(method);
  const size = values.length / batches;
  for (let i = 0; i < values.length; i += size) seen.observe(values.subarray(i, i + size));
  return seen;
}

/** The histogram's bins are at most this wide: a 4096th of the largest size. */
const binWidth = (values: Float32Array) =>
  values.reduce((size, value) => Math.max(size, Math.abs(value)), 0) / 4096;

describe.each(cases)("values of the shape $shape", ({ shape, seed, ...expected }) => {
  const values = draw(shape, seed, count);

  it("are those that the peers saw", () => {
    expect(Array.from(values.subarray(0, 3))).toEqual(expected.first);
    const mean = values.reduce((sum, value) => sum + value, 0) / count;
    expect(mean).toBeCloseTo(expected.mean, 6);
  });

  it.each(expected.percentiles)(
    `have NumPy ${versions.numpy}'s and ONNX Runtime ${versions.onnxruntime}'s percentile $percentile`,
    ({ percentile, sizes, low, high, onnx, onnxSymmetric }) => {
      const seen = observed({ name: "percentile", percentile }, values);
      const symmetric = seen.range(int8);
      expect(Math.abs(symmetric.max - sizes)).toBeLessThan(binWidth(values));
      expect(Math.abs(symmetric.max - onnxSymmetric.max)).toBeLessThan(2 * onnxSymmetric.binWidth);
      if (shape === "relu") {
        // All of what is left out lies above, there, half of it; the same as its percentile of sizes.
        expect(seen.range(free)).toEqual({ min: 0, max: symmetric.max });
        return;
      }
      const range = seen.range(free);
      const tolerance = binWidth(values);
      expect(Math.abs(range.max - high)).toBeLessThan(tolerance);
      expect(Math.abs(range.min - Math.min(0, low))).toBeLessThan(tolerance);
      expect(Math.abs(range.max - onnx.max)).toBeLessThan(2 * onnx.binWidth);
      expect(Math.abs(range.min - Math.min(0, onnx.min))).toBeLessThan(2 * onnx.binWidth);
    },
  );

  it.each(expected.leastSquares)(
    `have no larger error than with PyTorch ${versions.torch}'s search: $bits bits, signed $signed`,
    ({ bits, signed, scale, error }) => {
      const format = signed ? q.int(bits) : q.uint(bits);
      const range = observed("mse", values).range(format);
      const rounded = q.tf.tidy(() => q.fakeQuantize(values, format, range).dataSync());
      const own = values.reduce((sum, value, i) => sum + (value - rounded[i]!) ** 2, 0) / count;
      expect(own).toBeLessThan(error * 1.002);
      // PyTorch takes a bin's values as spread evenly and stops at the first rise: it clips less.
      expect(q.affine(format, range).scale[0]! / scale).toBeLessThan(1.05);
    },
  );

  it.each(expected.averages)(
    `have PyTorch ${versions.torch}'s moving averages, constant $constant`,
    ({ constant, min, max }) => {
      const range = observed({ name: "movingAverage", momentum: 1 - constant }, values).range(free);
      expect(range.max / max).toBeCloseTo(1, 6);
      expect(range.min).toBeCloseTo(Math.min(0, min), 5);
    },
  );
});

describe("divergence", () => {
  it.each(entropy)(
    `is ONNX Runtime ${versions.onnxruntime}'s in every window: $bins bins in $levels levels`,
    ({ bins, levels, counts, windows }) => {
      const raised = counts.map((one) => (one + 1) * 1e6);
      expect(windows.length).toBeGreaterThan(7);
      for (const { half, divergence: expected } of windows) {
        const found = divergence(raised, bins / 2 - half, bins / 2 + half + 1, levels);
        expect(Math.abs(found / expected - 1)).toBeLessThan(2e-4);
      }
      const order = (values: number[]) => values.indexOf(Math.min(...values));
      const own = windows.map(({ half }) =>
        divergence(raised, bins / 2 - half, bins / 2 + half + 1, levels),
      );
      expect(order(own)).toBe(order(windows.map((one) => one.divergence)));
    },
  );
});

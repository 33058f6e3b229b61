import { describe, expect, it } from "vitest";
import * as q from "../../src/index.js";
import { withoutKernels } from "../../src/tensorflow/kernels/library.js";
import { generator } from "../fixtures/generator.js";
import { addon } from "../tensorflow/kernels/values.js";

const f32 = Math.fround;
const random = generator(5);
/** Values at the edges of bins and beside them, both zeros, subnormal and enormous ones, in no order. */
const lists: [string, Float32Array[]][] = [
  ["one value", [Float32Array.of(3)]],
  ["zeros alone", [Float32Array.of(0, -0, 0)]],
  ["edges", [Float32Array.from({ length: 4099 }, (_, i) => (i - 2050) / 1024)]],
  [
    "values just inside of the reach",
    [Float32Array.of(f32(1 - 2 ** -24), -1 + 2 ** -24, 0.5, f32(-1))],
  ],
  [
    "batches that grow",
    [1e-38, 1e-3, 1, 1000, 3e38].map((size) =>
      Float32Array.from({ length: 1003 }, () => (random() - 0.5) * size),
    ),
  ],
  ["a part of a buffer", [Float32Array.from({ length: 99 }, () => random()).subarray(7, 90)]],
];

describe.runIf(addon)("the kernel of calibration's histogram", () => {
  it.each(lists)("has the counts, sums and ends of the one in JavaScript for %s", (_, batches) => {
    const run = () => {
      const histogram = q.calibration.histogram(1024);
      for (const batch of batches) histogram.add(batch);
      return { size: histogram.size, ...histogram.samples() };
    };
    const expected = withoutKernels(run);
    expect(run()).toEqual(expected);
    expect(expected.size).toBe(batches.reduce((size, { length }) => size + length, 0));
  });

  it("takes tensors, and refuses NaN and infinities with the same words", () => {
    const tensor = q.tf.randomNormal([300_001], 0, 1, "float32", 1);
    const samples = () => {
      const histogram = q.calibration.histogram();
      histogram.add(tensor);
      return histogram.samples();
    };
    expect(samples()).toEqual(withoutKernels(samples));
    for (const wrong of [Number.NaN, Infinity, -Infinity]) {
      const add = () => q.calibration.histogram().add(Float32Array.of(1, wrong, 2));
      const message = `invalid values: ${wrong} at index 1`;
      expect(add).toThrow(message);
      expect(() => withoutKernels(add)).toThrow(message);
    }
  });

  it("writes into the bins alone, whatever it is given", () => {
    const [counts, sums] = [new Float64Array(4), new Float64Array(4)];
    addon!.tally(Float32Array.of(-9, 9, Number.NaN, -0.1, Infinity), counts, sums, 1);
    expect([...counts]).toEqual([2, 1, 0, 2]);
    expect(() => addon!.tally(Float32Array.of(1), counts, new Float64Array(3), 1)).toThrow(
      "the bins aren't Float64Arrays of one length",
    );
    expect(() => addon!.tally([1] as never, counts, sums, 1)).toThrow("aren't a Float32Array");
    expect(() => addon!.ends(new Float64Array(2) as never)).toThrow("aren't a Float32Array");
    expect(addon!.ends(Float32Array.of(-0, 2, -3))).toEqual([-3, 2, 1]);
  });
});

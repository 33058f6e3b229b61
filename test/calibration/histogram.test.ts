import { describe, expect, it } from "vitest";
import { Histogram } from "../../src/calibration/index.js";
import { ends } from "../../src/calibration/methods/ends.js";
import * as q from "../../src/index.js";
import { draw } from "../fixtures/samples.js";

const { tf } = q;

describe("ends", () => {
  const float = (...list: number[]) => Float32Array.from(list);
  it.each([
    ["both signs", [-2, 0.5, 3]],
    ["negative ones", [-2, -0.5, -1e-45]],
    ["positive ones", [2, 0.5, 1e-40]],
    ["zeros of both signs", [0, -0, 1, -0]],
    ["the largest and the smallest", [3.4028234663852886e38, -3.4028234663852886e38]],
    ["one value", [-7]],
  ])("of float32 are those of the numbers: %s", (_, list) => {
    const values = float(...list);
    expect(ends(values)).toEqual(ends(Array.from(values)));
    expect(ends(values).min).toBe(Math.min(...values) + 0);
    expect(ends(values).max).toBe(Math.max(...values) + 0);
    expect(ends(values).zeros).toBe(values.filter((value) => value === 0).length);
  });

  it("of a view into a buffer are the view's", () => {
    expect(ends(float(9, 1, 2, -9).subarray(1, 3))).toEqual({ min: 1, max: 2, zeros: 0 });
  });

  it.each([Number.NaN, 1 / 0, -1 / 0])("name %f and its place", (wrong) => {
    expect(() => ends(float(1, wrong, 2))).toThrow(`invalid values: ${wrong} at index 1`);
    expect(() => ends([1, wrong, 2])).toThrow(`invalid values: ${wrong} at index 1`);
    // NaN of the other sign.
    const bits = Int32Array.of(0, 0xffc00000 | 0);
    expect(() => ends(new Float32Array(bits.buffer))).toThrow("invalid values: NaN at index 1");
  });
});

describe("Histogram", () => {
  it("counts each value where it lies, as sorting would, whatever the order and the growth", {
    tags: "slow",
  }, () => {
    const values = draw("heavy", 31, 30_000);
    const shuffled = values.toSorted((a, b) => Math.sin(a * 1e4) - Math.sin(b * 1e4));
    const [one, other] = [new Histogram(), new Histogram()];
    for (let i = 0; i < values.length; i += 997) {
      one.add(values.subarray(i, i + 997));
      other.add(Array.from(shuffled.subarray(i, i + 997)));
    }
    expect(other.samples().counts).toEqual(one.samples().counts);
    const { values: means, counts, min, max } = one.samples();
    const sorted = values.toSorted();
    expect([min, max]).toEqual([sorted[0], sorted.at(-1)]);
    let at = 0;
    for (let i = 0; i < means.length; i++) {
      const inside = sorted.subarray(at, at + counts![i]!);
      expect(Math.abs(means[i]! - inside.reduce((a, b) => a + b, 0) / inside.length)).toBeLessThan(
        1e-9,
      );
      // A bin's width: a 4096th of the largest size at most.
      expect(inside.at(-1)! - inside[0]!).toBeLessThanOrEqual(Math.max(-min, max) / 4096);
      at += counts![i]!;
    }
    expect(at).toBe(values.length);
  });

  it("takes a tensor in portions as it takes its values, and leaves no tensor behind", {
    tags: "slow",
  }, () => {
    const values = draw("relu", 32, 600_000);
    const held = tf.memory().numTensors;
    const tensor = tf.tensor(values, [300, 2000]);
    const [one, other] = [new Histogram(), new Histogram()];
    one.add(values);
    other.add(tensor);
    expect(other.samples()).toEqual(one.samples());
    const spoilt = tensor.mul(tf.scalar(Number.NaN));
    expect(() => new Histogram().add(spoilt)).toThrow("invalid values: NaN at index 0");
    tf.dispose([tensor, spoilt]);
    expect(tf.memory().numTensors - held).toBe(1); // the scalar
  });

  it("merges bins for a smaller picture, and keeps all counts and the mean", () => {
    const histogram = new Histogram();
    const values = draw("shifted", 33, 5000);
    histogram.add(values);
    const { values: means, counts } = histogram.samples({ bins: 64 });
    expect(means.length).toBeLessThanOrEqual(65);
    const [total, sum] = Array.from(counts!).reduce(
      ([n, s], count, i) => [n + count, s + count * means[i]!] as [number, number],
      [0, 0] as [number, number],
    );
    expect(total).toBe(5000);
    expect(sum).toBeCloseTo(
      values.reduce((a, b) => a + b, 0),
      6,
    );
  });

  it("counts on where float32 could not: 2^24 + 2 values", { tags: "slow" }, () => {
    const histogram = new Histogram();
    const many = new Float32Array(2 ** 20).fill(0.5);
    for (let i = 0; i < 16; i++) histogram.add(many);
    histogram.add([0.5, 0.5]);
    expect(histogram.samples()).toMatchObject({
      values: Float64Array.of(0.5),
      counts: Float64Array.of(2 ** 24 + 2),
      min: 0.5,
      max: 0.5,
    });
    expect(histogram.size).toBe(2 ** 24 + 2);
  });

  it("spans all of float32", { tags: "slow" }, () => {
    const histogram = new Histogram();
    histogram.add(Float32Array.of(1e-45, -1e-45));
    histogram.add(Float32Array.of(3.4e38, -3.4e38, 0));
    const { counts, min, max } = histogram.samples();
    expect(Array.from(counts!).reduce((a, b) => a + b)).toBe(5);
    expect([min, max]).toEqual([Math.fround(-3.4e38), Math.fround(3.4e38)]);
  });

  it("refuses numbers of bins that don't merge", () => {
    for (const bins of [0, 3, 12, 2.5, Number.NaN, -4]) {
      expect(() => new Histogram(bins)).toThrow(`invalid bins: ${bins} (expected a power of two`);
      expect(() => new Histogram().samples({ bins })).toThrow(`invalid bins: ${bins}`);
    }
  });
});

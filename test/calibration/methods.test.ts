import { describe, expect, it } from "vitest";
import { weightRange } from "../../src/calibration/weights.js";
import * as q from "../../src/index.js";
import { any, cnn, digits } from "../fixtures/index.js";
import { draw } from "../fixtures/samples.js";

const { tf } = q;
const names = [
  "minmax",
  "movingAverage",
  "percentile",
  "sigma",
  "mse",
  "kl",
  "aciq",
  "octav",
] as const;
const formats = [q.int(8), q.int(2, { narrowRange: true }), q.int(1), q.uint(4), q.uint(16)];

describe.each(names)("%s", (name) => {
  it("covers constants and zeros, of either sign, with a range that has a grid", () => {
    for (const value of [0, 0.3, -7, 1e-30, 1e30]) {
      for (const format of formats) {
        const seen = q.observer(name);
        seen.observe(new Float32Array(50).fill(value));
        const range = seen.range(format);
        expect(range.min).toBeLessThanOrEqual(0);
        expect(range.max).toBeGreaterThanOrEqual(0);
        expect(Number.isFinite(q.affine(format, range).scale[0])).toBe(true);
        if (value === 0) expect(range).toEqual({ min: 0, max: 0 });
        else if (!format.symmetric) {
          expect(Math.abs(range.min + range.max - Math.fround(value))).toBeLessThan(
            Math.abs(value) * 1e-2,
          );
        }
      }
    }
  });

  it("never reaches beyond the covering range, of any shape", { tags: "slow" }, () => {
    for (const shape of ["bell", "heavy", "relu", "shifted"]) {
      const values = draw(shape, 51, 3000);
      for (const format of formats) {
        const seen = q.observer(name);
        seen.observe(values);
        const { min, max } = seen.range(format);
        const covering = q.observer("minmax");
        covering.observe(values);
        const widest = covering.range(format);
        expect(min).toBeGreaterThanOrEqual(widest.min * 1.000001);
        expect(max).toBeLessThanOrEqual(widest.max * 1.000001);
        // The codes of int1, −1 and 0, have nothing for positive values.
        if (format.bits > 1 || shape !== "relu") expect(max - min).toBeGreaterThan(0);
      }
    }
  });

  it("takes tensors, int32 ones too, an empty one for nothing, and doesn't keep them", () => {
    const held = tf.memory().numTensors;
    tf.tidy(() => {
      const seen = q.observer(name);
      seen.observe(tf.zeros([0, 3]));
      seen.observe([]);
      expect(() => seen.range(q.int(8))).toThrow("nothing observed (call observe(values) first)");
      seen.observe(
        tf.tensor2d(
          [
            [1, 2],
            [3, 0],
          ],
          [2, 2],
          "int32",
        ),
      );
      expect(seen.range(q.uint(8)).max).toBeGreaterThan(1);
    });
    expect(tf.memory().numTensors).toBe(held);
  });

  it("refuses values that aren't finite numbers, and says where", () => {
    const seen = q.observer(name);
    const gone = tf.tensor1d([1, 2]);
    gone.dispose();
    expect(() => seen.observe([1, Number.NaN])).toThrow("invalid values: NaN at index 1");
    expect(() => seen.observe(Float32Array.of(1, 2, -1 / 0))).toThrow("-Infinity at index 2");
    expect(() => seen.observe(gone)).toThrow(
      "invalid values: a tensor of shape [2] that is disposed",
    );
    expect(() => tf.tidy(() => seen.observe(tf.tensor(["a"])))).toThrow(
      "a tensor of string (expected float32",
    );
    for (const wrong of [3, null, undefined, {}, Promise.resolve([1])]) {
      expect(() => seen.observe(any(wrong))).toThrow(
        "not a list (expected numbers, of a tensor as",
      );
    }
    const late = new Float32Array(600_000);
    late[550_000] = Number.NaN;
    expect(() => tf.tidy(() => seen.observe(tf.tensor1d(late)))).toThrow("NaN at index 550000");
  });

  it("finds each channel's range for weights, that of an observer of the channel alone", () => {
    const kernel = draw("heavy", 52, 1200);
    const format = q.int(4, { per: "channel" });
    const { min, max } = weightRange(kernel, 3, format, name);
    for (let channel = 0; channel < 3; channel++) {
      const seen = q.observer(name);
      seen.observe(kernel.filter((_, i) => i % 3 === channel));
      const range = seen.range(format);
      // Few weights are searched as they are, not in a histogram.
      expect(Math.abs(min[channel]! / range.min - 1)).toBeLessThan(0.02);
      expect(Math.abs(max[channel]! / range.max - 1)).toBeLessThan(0.02);
    }
  });
});

describe("options", () => {
  it.each([
    [
      "percentile",
      { percentile: 0 },
      "invalid percentile: 0 (expected a number above 0, up to 100)",
    ],
    ["percentile", { percentile: 101 }, "invalid percentile: 101"],
    ["percentile", { percentile: "99" }, "invalid percentile: 99"],
    ["percentile", { p: 99 }, "invalid option of percentile: p (expected percentile)"],
    ["movingAverage", { momentum: 1 }, "invalid momentum: 1 (expected a number from 0 to below 1)"],
    ["sigma", { k: Number.NaN }, "invalid k: NaN (expected a number above 0)"],
    ["aciq", { distribution: "normal" }, 'invalid distribution: normal (expected "gaussian"'],
    ["mse", { bins: 3 }, "invalid option of mse: bins (expected none)"],
    [
      "entropy",
      {},
      "invalid method: entropy (expected minmax, movingAverage, percentile, sigma, mse, kl, aciq or octav",
    ],
    [undefined, {}, "invalid method: undefined"],
  ])("of %s are checked: %o", (method, options, message) => {
    expect(() => q.observer(any({ name: method, ...options }))).toThrow(message);
  });

  it("have their defaults where a method comes by its name alone", () => {
    const values = draw("heavy", 53, 4000);
    const [one, other] = [q.observer("sigma"), q.observer({ name: "sigma", k: 3 })];
    one.observe(values);
    other.observe(values);
    expect(one.range(q.int(8))).toEqual(other.range(q.int(8)));
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    const deviation = Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length);
    expect(one.range(q.uint(8)).max).toBeCloseTo(mean + 3 * deviation, 3);
  });

  it("of a method in words that aren't one are refused before anything is computed", () => {
    const mistaken: unknown[] = [() => ({}), () => undefined];
    for (const method of mistaken) {
      expect(() => q.observer(any(method))).toThrow("expected an object with observe(values)");
    }
    expect(() => q.observer(any(q.observer("mse")))).toThrow(
      "invalid method: an observer (each tensor needs one of its own",
    );
  });
});

describe("prepare", () => {
  it("takes a method's options, and an observer of the reader's own, for weights and activations", {
    tags: "slow",
  }, async () => {
    const { train } = await digits();
    const calibration = train.take(32);
    const model = cnn({ seed: 3 });
    const scheme = q.scheme({ weights: q.int(4), activations: q.uint(4) });
    const ranges = async (method: q.CalibrationMethod) => {
      const qat = await q.prepare(model, scheme, { calibration, method });
      const rangesOf = (name: string) => (qat.getLayer(name) as q.QuantizedLayer).ranges();
      return { ...rangesOf("conv"), activations: rangesOf("conv_relu").activations };
    };
    class Half implements q.Observer {
      private max = 0;
      observe(values: q.calibration.Values) {
        const list = values instanceof tf.Tensor ? values.dataSync() : Array.from(values);
        for (const value of list) this.max = Math.max(this.max, Math.abs(value));
      }
      range(format: q.IntegerFormat) {
        return q.coveringRange(format, {
          min: format.symmetric ? -this.max / 2 : 0,
          max: this.max / 2,
        });
      }
    }
    const [all, half] = [await ranges("minmax"), await ranges(() => new Half())];
    const [weights, activations] = [half.weights!, half.activations!] as any[];
    expect(activations.max[0] / (all.activations as any).max[0]).toBeCloseTo(0.5, 5);
    expect(weights.max[0] / (all.weights as any).max[0]).toBeCloseTo(0.5, 1);
    const some = await ranges({ name: "percentile", percentile: 60 });
    expect((some.activations as any).max[0]).toBeLessThan((all.activations as any).max[0]);
    await expect(ranges(any({ name: "sigma", k: 0 }))).rejects.toThrow("invalid k: 0");
  });
});

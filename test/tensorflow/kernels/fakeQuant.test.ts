import { describe, expect, it } from "vitest";
import { fakeQuantComposed } from "../../../src/tensorflow/fakeQuant/composed.js";
import { fakeQuantNative } from "../../../src/tensorflow/fakeQuant/native.js";
import { fakeQuantKernels } from "../../../src/tensorflow/kernels/fakeQuant.js";
import { tf } from "../../../src/tensorflow/tf.js";
import { addon, bitsOf, bytesOf, onEachMachine, ranges, valuesFor } from "./values.js";

const widths = [1, 2, 3, 4, 8, 12, 16];
const formats = widths.flatMap((bits) =>
  [false, true].map((narrowRange) => ({ bits, narrowRange })),
);
/** 1 bit isn't native, and a narrow range of 1 bit has one code. */
const valid = formats.filter(({ bits, narrowRange }) => bits > 1 || !narrowRange);
const twinOf = (bits: number) => (bits > 1 ? fakeQuantNative : fakeQuantComposed);

/** Values, gradients and ranges of a shape; without channels, of the first range for all. */
function inputs(shape: number[], channels: number | undefined, bits: number, seed = 1) {
  const range = ranges(channels ?? 1, seed);
  const size = shape.reduce((product, length) => product * length, 1);
  const values = valuesFor(size / range.min.length, range, bits, seed);
  const ends = channels === undefined ? [] : [channels];
  return {
    x: tf.tensor(values, shape),
    dy: tf.randomNormal(shape, 0, 1, "float32", seed),
    min: tf.tensor(range.min, ends),
    max: tf.tensor(range.max, ends),
  };
}

describe.runIf(addon)("the kernel of fake quantization", () => {
  const shapes = [
    { shape: [1], channels: undefined },
    { shape: [7, 31], channels: undefined },
    { shape: [5, 1], channels: 1 },
    { shape: [3, 5, 3], channels: 3 },
    { shape: [41, 13], channels: 13 },
    { shape: [23, 257], channels: 257 },
    { shape: [3, 2000], channels: 2000 },
  ];

  it.each(shapes)("has the bits of TensorFlow's op for $shape in $channels channels", (given) => {
    // Each of many channels has another range, so that one seed has all kinds.
    const seeds = (given.channels ?? 0) > 100 ? [1] : [0, 1, 2, 5];
    for (const attributes of valid) {
      for (const seed of seeds) {
        tf.tidy(() => {
          const { x, dy, min, max } = inputs(given.shape, given.channels, attributes.bits, seed);
          const twin = twinOf(attributes.bits);
          const value = bytesOf(twin.forward(x, min, max, attributes));
          const dx = bytesOf(twin.backward(dy, x, min, max, attributes)[0]!);
          const about = JSON.stringify({ ...attributes, seed });
          const found = bytesOf(fakeQuantKernels.forward(x, min, max, attributes));
          expect(found.equals(value), about).toBe(true);
          for (const way of ["backward", "forX", "withRounding"] as const) {
            const found = bytesOf(fakeQuantKernels[way](dy, x, min, max, attributes)[0]!);
            expect(found.equals(dx), `${way} ${about}`).toBe(true);
          }
        });
      }
    }
  });

  it.each([
    { shape: [80_003], channels: undefined },
    { shape: [5_801, 13], channels: 13 },
    { shape: [70, 1000], channels: 1000 },
  ])("makes the same bits with all instructions and threads for $shape", ({ shape, channels }) => {
    tf.tidy(() => {
      const { x, dy, min, max } = inputs(shape, channels, 4);
      const finite = tf.where(tf.isFinite(x), x, tf.zerosLike(x));
      const attributes = { bits: 4, narrowRange: false };
      const all = () => [
        fakeQuantKernels.forward(x, min, max, attributes),
        ...fakeQuantKernels.withRounding(dy, finite, min, max, attributes),
      ];
      const expected = all().map(bytesOf);
      onEachMachine((machine) => {
        const found = tf.tidy(() => all().map(bytesOf));
        found.forEach((bits, i) => {
          expect(bits.equals(expected[i]!), machine).toBe(true);
        });
      });
    });
  });

  it.each([
    { shape: [70_003], channels: undefined },
    { shape: [5_501, 13], channels: 13 },
  ])("adds gradients up to 1e-6 of their sizes, for $shape", ({ shape, channels }) => {
    tf.tidy(() => {
      const { x: any, dy, min, max } = inputs(shape, channels, 3, 2);
      const x = tf.where(tf.isFinite(any), any, tf.zerosLike(any));
      const attributes = { bits: 3, narrowRange: false };
      const [dx, ...sums] = fakeQuantKernels.withRounding(dy, x, min, max, attributes);
      const y = fakeQuantKernels.forward(x, min, max, attributes);
      const [gradients, passed, values, rounded] = [dy, dx!, x, y].map((t) => t.dataSync());
      const count = channels ?? 1;
      const exact = [0, 1, 2].map(() => ({
        sum: new Float64Array(count),
        size: new Float64Array(count),
      }));
      values!.forEach((v, i) => {
        const inside = passed![i] !== 0;
        const terms = inside
          ? [0, 0, Math.fround(passed![i]! * Math.fround(rounded![i]! - v))]
          : [v < 0 ? gradients![i]! : 0, v > 0 ? gradients![i]! : 0, 0];
        terms.forEach((term, kind) => {
          exact[kind]!.sum[i % count]! += term;
          exact[kind]!.size[i % count]! += Math.abs(term);
        });
      });
      sums.forEach((tensor, kind) => {
        tensor.dataSync().forEach((sum, i) => {
          const { sum: sums, size } = exact[kind]!;
          expect(Math.abs(sum - sums[i]!)).toBeLessThanOrEqual(1e-6 * size[i]!);
        });
      });
    });
  });

  it("has the bits of TensorFlow's op for a range [0, 0]", () => {
    tf.tidy(() => {
      const x = tf.tensor1d([Number.NaN, Infinity, -1, -0, 0, 2]);
      const dy = tf.tensor1d([1, 2, 3, -4, 5, Number.NaN]);
      const zero = tf.scalar(0);
      const attributes = { bits: 4, narrowRange: false };
      const [kernels, twin] = [fakeQuantKernels, fakeQuantNative];
      const value = bitsOf(twin.forward(x, zero, zero, attributes));
      expect(bitsOf(kernels.forward(x, zero, zero, attributes))).toEqual(value);
      const found = kernels.withRounding(dy, x, zero, zero, attributes).map(bitsOf);
      const expected = twin.backward(dy, x, zero, zero, attributes).map(bitsOf);
      expect(found.slice(0, 3)).toEqual(expected);
    });
  });

  it("computes nothing of nothing", () => {
    const empty = tf.zeros([0, 3]);
    const [min, max] = [tf.fill([3], -1), tf.ones([3])];
    const attributes = { bits: 4, narrowRange: true };
    expect(fakeQuantKernels.forward(empty, min, max, attributes).shape).toEqual([0, 3]);
    const [dx, below, above] = fakeQuantKernels.backward(empty, empty, min, max, attributes);
    expect(dx!.shape).toEqual([0, 3]);
    expect([...below!.dataSync(), ...above!.dataSync()]).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it("refuses ranges that don't fit the channels", () => {
    const run = (ends: tf.Tensor) =>
      fakeQuantKernels.forward(tf.ones([2, 3]), ends, ends, { bits: 4, narrowRange: false });
    expect(() => run(tf.ones([2]))).toThrow("min and max don't have the shape of x's channels");
    expect(() => run(tf.ones([3, 1]))).toThrow("min and max don't have the shape of x's channels");
  });
});

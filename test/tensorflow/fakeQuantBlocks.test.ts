import { describe, expect, it } from "vitest";
import { inBlocks } from "../../src/tensorflow/fakeQuant/blocks.js";
import { fakeQuantNative } from "../../src/tensorflow/fakeQuant/native.js";
import { compile, fakeQuant, random } from "../../src/tensorflow/index.js";
import { isNative, tf } from "../../src/tensorflow/tf.js";

/** −0 and 0 are one value. Compared as text: element by element takes seconds. */
const bits = (tensor: tf.Tensor) =>
  Buffer.from(Float32Array.from(tensor.dataSync(), (value) => value + 0).buffer).toString("base64");

describe.runIf(isNative)("large tensors per channel, in blocks", () => {
  // Rows that blocks and their widening divide, and rows that they don't.
  it.each([
    [[4096, 64], 4],
    [[20011, 16], 8],
    [[301, 1000], 3],
    [[77, 11, 7, 50], 16],
    [[3, 100003], 2],
  ])(
    "of shape %j in %i bits equal TensorFlow's op on the whole",
    { tags: "slow" },
    (shape, width) => {
      tf.tidy(() => {
        const channels = shape.at(-1)!;
        const attributes = { bits: width, narrowRange: width === 8 };
        const x = random.normal(shape, { stdDev: 2, seed: 1 });
        const min = tf.neg(random.uniform([channels], { max: 3, seed: 2 }));
        const max = random.uniform([channels], { max: 3, seed: 3 });
        // A channel whose range is [0, 0].
        const alive = tf.cast(tf.notEqual(tf.range(0, channels), 1), "float32");
        const ends = [min.mul(alive), max.mul(alive)] as const;
        const whole = fakeQuantNative.forward(x.reshape([-1, channels]), ...ends, attributes);
        const { forward } = inBlocks(fakeQuantNative);
        expect(bits(forward(x, ...ends, attributes))).toEqual(bits(whole));
        const compiled = compile((x: tf.Tensor) => forward(x, ...ends, attributes));
        expect(bits(compiled(x) as tf.Tensor)).toEqual(bits(whole));

        const dy = random.normal(shape, { seed: 4 });
        const given = [dy, x].map((t) => t.reshape([-1, channels])) as [tf.Tensor, tf.Tensor];
        const expected = fakeQuantNative.backward(...given, ...ends, attributes);
        const found = inBlocks(fakeQuantNative).backward(dy, x, ...ends, attributes);
        expect(bits(found[0]!)).toEqual(bits(expected[0]!));
        // Sums depend on their order: within 1e-6 of the sum of the terms' sizes.
        const terms = tf.sum(tf.abs(given[0]), 0).dataSync();
        for (const output of [1, 2]) {
          const [a, b] = [found[output]!.dataSync(), expected[output]!.dataSync()];
          for (const [i, value] of a.entries()) {
            expect(Math.abs(value - b[i]!)).toBeLessThanOrEqual(1e-6 * terms[i]!);
          }
        }
      });
    },
  );

  // Zero points that all channels share: in the middle, at the smallest code, elsewhere; of one channel not.
  it.each([
    { bits: 4, narrowRange: true, low: -1, high: 1 },
    { bits: 8, narrowRange: false, low: -1, high: 127 / 128 },
    { bits: 16, narrowRange: false, low: -1, high: 32767 / 32768 },
    { bits: 8, narrowRange: false, low: 0, high: 1 },
    { bits: 3, narrowRange: true, low: 0, high: 1 },
    { bits: 2, narrowRange: false, low: -1 / 2, high: 1 },
    { bits: 5, narrowRange: false, low: -1, high: 0 },
    { bits: 6, narrowRange: false, low: -1, high: 31 / 32, other: 3 },
  ])(
    "whose channels share a zero point equal TensorFlow's op: %j",
    { tags: "slow" },
    ({ low, high, ...given }) => {
      tf.tidy(() => {
        const { other = 1, ...attributes } = given;
        const [rows, channels] = [12000, 24];
        const sizes = Float32Array.from({ length: channels }, (_, i) => 0.003 * 1.7 ** i);
        const steps = (high - low) / (2 ** attributes.bits - (attributes.narrowRange ? 2 : 1));
        const special = [Number.NaN, Infinity, -Infinity, -0, 1e-45, -1e-38, 3e38, -3e38];
        const values = random
          .uniform([rows * channels], { min: -1.5, max: 1.5, seed: 6 })
          .dataSync();
        // Every second value at a half of a step, or next to it.
        const x = Float32Array.from(values, (value, i) => {
          const size = sizes[i % channels]!;
          if (i % 2 === 0) return value * size;
          const half = (Math.floor(value / steps) + 0.5) * steps * size;
          return half * (1 + ((i % 5) - 2) * 2 ** -23);
        });
        x.set(special.flatMap((value) => Array<number>(channels).fill(value)));
        const matrix = tf.tensor2d(x, [rows, channels]);
        const min = tf.mul(sizes, low);
        const max = tf.mul(
          sizes,
          tf.concat([tf.fill([channels - 1], high), tf.tensor1d([other * high])]),
        );
        const whole = fakeQuantNative.forward(matrix, min, max, attributes);
        const found = inBlocks(fakeQuantNative).forward(matrix, min, max, attributes);
        expect(bits(found)).toEqual(bits(whole));
      });
    },
  );

  it("are the same in a compiled function, with ranges that change", { tags: "slow" }, () => {
    const x = random.normal([8192, 32], { seed: 5 });
    const step = compile((x: tf.Tensor, max: tf.Tensor) =>
      fakeQuant(x, tf.neg(max), max, { bits: 4, narrowRange: true }),
    );
    for (const end of [1, 2]) {
      const max = tf.fill([32], end);
      const expected = fakeQuantNative.forward(x, tf.neg(max), max, { bits: 4, narrowRange: true });
      expect(bits(step(x, max) as tf.Tensor)).toEqual(bits(expected));
    }
  });
});

import { describe, expect, it } from "vitest";
import { fakeQuantComposed } from "../../src/tensorflow/fakeQuant/composed.js";
import { fakeQuantNative } from "../../src/tensorflow/fakeQuant/native.js";
import { isNative, tf } from "../../src/tensorflow/tf.js";
import { generator } from "../fixtures/generator.js";

const widths = [2, 3, 4, 5, 6, 7, 8, 12, 16];
const cases = widths.flatMap((bits) => [false, true].map((narrowRange) => ({ bits, narrowRange })));

/** Ranges of every kind: around 0, on one side of it, tiny, huge, with ends that need nudging. */
function ranges(count: number, seed: number) {
  const random = generator(seed);
  return Array.from({ length: count }, (_, i) => {
    const size = 10 ** ((i % 7) - 3);
    const a = random() * size;
    const b = random() * size;
    return i % 5 === 0 ? [0, a] : i % 5 === 1 ? [-a, 0] : i % 5 === 2 ? [-a, a] : [-a, b];
  }) as [number, number][];
}

/** Values in and around a range: many on halves of its grid, and the specials. */
function values(low: number, high: number, bits: number, seed: number): number[] {
  const random = generator(seed);
  const step = (high - low) / (2 ** bits - 1);
  const list = [Number.NaN, Infinity, -Infinity, 0, -0, low, high, 1e30, -1e30, 1e-40];
  for (let i = 0; i < 60; i++) list.push(low + Math.floor(random() * 2 ** bits) * step + step / 2);
  for (let i = 0; i < 60; i++) list.push(low + (random() * 1.4 - 0.2) * (high - low));
  return list;
}

const bits32 = (tensor: tf.Tensor) =>
  Array.from(new Uint32Array(new Float32Array(tensor.dataSync()).buffer), (word) =>
    // One NaN is as good as another.
    (word & 0x7fffffff) > 0x7f800000 ? "NaN" : word,
  );

describe.runIf(isNative)("composed FakeQuant equals native FakeQuant bit for bit", () => {
  it.each(cases)("per tensor, %o", { tags: "slow" }, ({ bits, narrowRange }) => {
    ranges(50, bits).forEach(([low, high], i) => {
      tf.tidy(() => {
        const x = tf.tensor1d(values(low, high, bits, i));
        const min = tf.scalar(low);
        const max = tf.scalar(high);
        const attributes = { bits, narrowRange };
        expect(
          bits32(fakeQuantComposed.forward(x, min, max, attributes)),
          `${low} ${high}`,
        ).toEqual(bits32(fakeQuantNative.forward(x, min, max, attributes)));
        const dy = tf.linspace(-1, 1, x.size);
        const [dx] = fakeQuantComposed.backward(dy, x, min, max, attributes);
        const [nativeDx] = fakeQuantNative.backward(dy, x, min, max, attributes);
        expect(bits32(dx!)).toEqual(bits32(nativeDx!));
      });
    });
  });

  it.each(cases)("per channel, %o", ({ bits, narrowRange }) => {
    tf.tidy(() => {
      const all = ranges(50, 100 + bits);
      const columns = all.map(([low, high], i) => values(low, high, bits, i));
      const x = tf.tensor2d(columns).transpose();
      const min = tf.tensor1d(all.map(([low]) => low));
      const max = tf.tensor1d(all.map(([, high]) => high));
      const attributes = { bits, narrowRange };
      expect(bits32(fakeQuantComposed.forward(x, min, max, attributes))).toEqual(
        bits32(fakeQuantNative.forward(x, min, max, attributes)),
      );
      const dy = tf.linspace(-1, 1, x.size).reshape(x.shape);
      const [dx] = fakeQuantComposed.backward(dy, x, min, max, attributes);
      const [nativeDx] = fakeQuantNative.backward(dy, x, min, max, attributes);
      expect(bits32(dx!)).toEqual(bits32(nativeDx!));
    });
  });
});

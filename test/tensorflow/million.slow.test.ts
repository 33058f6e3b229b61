import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { fakeQuantComposed } from "../../src/tensorflow/fakeQuant/composed.js";
import { fakeQuantNative } from "../../src/tensorflow/fakeQuant/native.js";
import { fakeQuant } from "../../src/tensorflow/index.js";
import { isNative, tf } from "../../src/tensorflow/tf.js";
import { generator } from "../fixtures/generator.js";
import golden from "../golden/fake_quant_million.json" with { type: "json" };

const { count, channels, seed, versions } = golden;
const random = generator(seed);
const drawn = Float64Array.from({ length: count }, random);

/** As test/peers/fake_quant_million.py makes them. */
function inputs({ bits, per }: { bits: number; per: string }) {
  const columns = per === "channel" ? channels : 1;
  const lows = Float32Array.from({ length: columns }, (_, c) => -(c + 1) * (0.3 + 0.1 * bits));
  const highs = Float32Array.from({ length: columns }, (_, c) => (c + 1) * (0.7 + 0.01 * bits));
  const special = [Number.NaN, 1 / 0, -1 / 0, 0, -0, "low", "high", 1e30, -1e30, 1e-40, -1e-45];
  const valueAt = (i: number): number => {
    const low = lows[i % columns]!;
    const high = highs[i % columns]!;
    const row = Math.floor(i / columns);
    if (row < special.length) {
      const given = special[row];
      return given === "low" ? low : given === "high" ? high : Number(given);
    }
    const u = drawn[i]!;
    const step = (high - low) / (2 ** bits - 1);
    if (row % 2 === 0) return low + Math.floor(u * 2 ** bits) * step + step / 2;
    return low + (u * 1.4 - 0.2) * (high - low);
  };
  const x = new Float32Array(count);
  for (let i = 0; i < count; i++) x[i] = valueAt(i);
  const ends = (values: Float32Array) =>
    per === "channel" ? tf.tensor1d(values) : tf.scalar(values[0]!);
  return { x: tf.tensor2d(x, [count / columns, columns]), min: ends(lows), max: ends(highs) };
}

function digest(tensor: tf.Tensor): string {
  const values = tensor.dataSync<"float32">().slice();
  for (let i = 0; i < values.length; i++) {
    values[i] = Number.isNaN(values[i]) ? 12345 : values[i]! + 0;
  }
  return createHash("sha256").update(Buffer.from(values.buffer)).digest("hex");
}

describe(`a million values equal Python's TensorFlow ${versions.tensorflow}`, () => {
  it.each(golden.cases)("$bits bits per $per, narrow range $narrowRange", (expected) => {
    tf.tidy(() => {
      const { x, min, max } = inputs(expected);
      expect(digest(fakeQuantComposed.forward(x, min, max, expected))).toBe(expected.values);
      if (isNative)
        expect(digest(fakeQuantNative.forward(x, min, max, expected))).toBe(expected.values);
      // In blocks, where there are channels.
      expect(digest(fakeQuant(x, min, max, expected))).toBe(expected.values);
    });
  });
});

import { describe, expect, it } from "vitest";
import { storageOf } from "../../src/compression/storage.js";
import * as q from "../../src/index.js";

const { tf } = q;

describe("the bytes of a kernel", () => {
  const values = (count: number, zeros: number, different: number) =>
    Array.from({ length: count }, (_, i) => (i < zeros ? 0 : 1 + (i % different)));
  it.each([
    { form: "dense", count: 100, none: 0, different: 100, bits: 32, bytes: 400 },
    { form: "bitmask", count: 100, none: 90, different: 100, bits: 32, bytes: 13 + 40 },
    { form: "codebook", count: 1000, none: 0, different: 16, bits: 32, bytes: 500 + 64 },
    {
      ...{ form: "bitmask + codebook", count: 1000, none: 900, different: 4, bits: 32 },
      bytes: 125 + 25 + 16,
    },
    { form: "dense", count: 1000, none: 0, different: 16, bits: 4, bytes: 500 },
    { form: "bitmask", count: 1000, none: 900, different: 100, bits: 4, bytes: 125 + 50 },
  ])(
    "are those of $form for $count weights, $none zeros, $different values of $bits bits",
    (one) => {
      const { count, none, different, bits, form, bytes } = one;
      expect(storageOf(values(count, none, different), bits)).toEqual({ form, bytes });
    },
  );

  it("are a bit and two values of four in the pattern 2:4", () => {
    const model = tf.sequential({
      layers: [tf.layers.dense({ units: 16, inputShape: [64], useBias: false })],
    });
    expect(q.compression.size(q.compression.prune(model, { pattern: "2:4" }))).toBe(128 + 2048);
  });
});

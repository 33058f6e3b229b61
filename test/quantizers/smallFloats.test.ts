import { describe, expect, it } from "vitest";
import { valuesOf } from "../../src/quantizers/formats/minifloat.js";
import {
  bfloat16,
  codes,
  fakeQuantize,
  float16,
  fp4,
  fp6,
  fp8,
  type MinifloatFormat,
  minifloat,
  mxfp4,
  mxfp6,
  mxfp8,
  mxint8,
  nf4,
  quantizeTensor,
} from "../../src/quantizers/index.js";
import { tf } from "../../src/tensorflow/index.js";
import { generator } from "../fixtures/generator.js";
import golden from "../golden/small_floats.json" with { type: "json" };
import { digest } from "./digest.js";

const { count, block, versions } = golden;

/** Values of either sign with exponents from low to below high, as test/peers/small_floats.py draws them. */
function wide(seed: number, low: number, high: number): Float32Array {
  const random = generator(seed);
  return Float32Array.from({ length: count }, () => {
    const sign = random() < 0.5 ? 1 : -1;
    const exponent = Math.floor(low + random() * (high - low));
    return sign * 2 ** exponent * (1 + random());
  });
}

const cast = { saturate: false };
const formats: Record<string, MinifloatFormat> = {
  "fp8 e4m3": fp8("e4m3", cast),
  "fp8 e5m2": fp8("e5m2", cast),
  "fp6 e2m3": fp6("e2m3"),
  "fp6 e3m2": fp6("e3m2"),
  "fp4 e2m1": fp4(),
  bfloat16: bfloat16(),
  float16: float16(),
  e4m3: minifloat(4, 3, { specials: "ieee", ...cast }),
  e3m4: minifloat(3, 4, { specials: "ieee", ...cast }),
};

const marked = (values: ArrayLike<number>) =>
  Float32Array.from(values, (value) => (Number.isNaN(value) ? 12345 : value));

describe(`floating-point formats equal ml_dtypes ${versions.ml_dtypes}`, () => {
  it.each(golden.casts)("$name: the value of every code", ({ name, table, largest, bits }) => {
    const format = formats[name]!;
    expect(format.bits).toBe(bits);
    expect(format.largest).toBe(largest);
    expect(digest(marked(valuesOf(format)))).toBe(table);
  });

  it.each(golden.casts)("$name: values, codes, and the middle of two values", (expected) => {
    const format = formats[expected.name]!;
    const known = Array.from(new Set(valuesOf(format)))
      .filter((value) => Number.isFinite(value) && Math.abs(value) >= 2 ** -120)
      .sort((a, b) => a - b);
    const middles = known.slice(1).map((value, i) => (value + known[i]!) / 2);
    expect(middles.length).toBe(expected.middles);
    tf.tidy(() => {
      const x = tf.tensor1d(Float32Array.from([...middles, ...wide(expected.seed, -20, 20)]));
      const values = fakeQuantize(x, format).dataSync();
      expect(digest(marked(values))).toBe(expected.values);
      const known = codes(x, format)
        .dataSync()
        .map((code, i) => (Number.isFinite(values[i]!) ? code : 0));
      expect(digest(known, "int32")).toBe(expected.codes);
    });
  });

  it("saturate when asked to, and pass NaN on", () => {
    const x = [1e9, -1 / 0, Number.NaN, 464, 465];
    const numbers = (format: MinifloatFormat) => [...fakeQuantize(x, format).dataSync()];
    expect(numbers(fp8("e4m3"))).toEqual([448, -448, Number.NaN, 448, 448]);
    // 464 is in the middle of 448 and what would be 480, and 448 is even.
    expect(numbers(fp8("e4m3", cast))).toEqual([NaN, NaN, NaN, 448, NaN]);
    expect(numbers(fp8("e5m2", cast))).toEqual([Infinity, -Infinity, NaN, 448, 448]);
    expect(numbers(fp4())).toEqual([6, -6, Number.NaN, 6, 6]);
  });

  it("keep the sign of zero in the code", () => {
    expect([...codes(tf.tensor1d([0, -0, -1e-9, 1e-9]), fp8()).dataSync()]).toEqual([
      0, 128, 128, 0,
    ]);
  });
});

describe(`MX blocks equal the specification's reference, and torchao ${versions.torchao}`, () => {
  const options = { axis: -1 } as const;
  const blocks = {
    "mxfp8 e4m3": mxfp8("e4m3", options),
    "mxfp8 e5m2": mxfp8("e5m2", options),
    "mxfp6 e2m3": mxfp6("e2m3", options),
    "mxfp6 e3m2": mxfp6("e3m2", options),
    "mxfp4 e2m1": mxfp4(options),
    mxint8: mxint8(options),
  };

  function input(seed: number): tf.Tensor {
    const values = wide(seed, -6, 6).map((value, i) => {
      const row = Math.floor(i / block);
      if (row === 3) return 0;
      const scaled = value * 2 ** ((row % 40) - 20);
      return row === 5 && i % block > 0 ? scaled * 2 ** -20 : scaled;
    });
    return tf.tensor2d(values, [count / block, block]);
  }

  it.each(golden.mx)("$name: values and scales, along either axis", (expected) => {
    const format = blocks[expected.name as keyof typeof blocks];
    tf.tidy(() => {
      const x = input(expected.seed);
      expect(digest(fakeQuantize(x, format).dataSync())).toBe(expected.values);
      const stored = quantizeTensor(x, format);
      expect(digest(stored.dequantize().dataSync())).toBe(expected.values);
      expect(digest(stored.scale)).toBe(expected.scales);
      // 32 elements and one scale of 8 bits.
      expect(stored.size).toBe((count * format.bits) / 8 + count / block);
      const kernel = fakeQuantize(x.transpose(), { ...format, axis: -2 });
      expect(digest(kernel.transpose().dataSync())).toBe(expected.values);
    });
  });

  it("make a block with NaN or an infinity NaN, and leave the others", () => {
    const rows = [
      [1, Number.NaN],
      [1, 1 / 0],
      [1, 2],
    ];
    const values = fakeQuantize(rows, mxfp4({ groupSize: 2, axis: -1 })).dataSync();
    expect([...values]).toEqual([NaN, NaN, NaN, NaN, 1, 2]);
    const stored = quantizeTensor(rows, mxint8({ groupSize: 2, axis: -1 })).dequantize();
    expect([...stored.dataSync()]).toEqual([NaN, NaN, NaN, NaN, 1, 2]);
  });
});

describe(`nf4 equals bitsandbytes ${versions.bitsandbytes}`, () => {
  it("has its table", () => {
    expect(nf4().values).toEqual(golden.nf4.table);
  });

  it("has its scales and values", () => {
    const x = tf.tensor1d(wide(golden.nf4.seed, -4, 4));
    const stored = quantizeTensor(x, nf4());
    expect(digest(stored.scale)).toBe(golden.nf4.largest);
    expect(digest(stored.dequantize().dataSync())).toBe(golden.nf4.values);
    expect(digest(fakeQuantize(x, nf4()).dataSync())).toBe(golden.nf4.values);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { displaySymbol } from "../../src/display/index.js";
import {
  binary,
  codebook,
  codes,
  type Format,
  fakeQuantize,
  fp4,
  fp6,
  fp8,
  int,
  kMeans,
  minifloat,
  mxfp4,
  mxfp6,
  mxint8,
  nf4,
  pack,
  QuantizedTensor,
  quantizeTensor,
  ternary,
  uint,
  unpack,
} from "../../src/quantizers/index.js";
import { random, tf } from "../../src/tensorflow/index.js";
import golden from "../golden/small_floats.json" with { type: "json" };

const plain = (tensor: tf.Tensor) => Array.from(tensor.dataSync(), (value) => value + 0);

describe("pack", () => {
  it("lays 4-bit codes out as ONNX does, two a byte", () => {
    const { codes, bytes } = golden.int4;
    expect([...pack(codes, 4)]).toEqual(bytes);
    expect([...unpack(Uint8Array.from(bytes), 4, codes.length, { signed: true })]).toEqual(codes);
  });

  it("fills bytes from the lowest bit on, and the last one with zeros", () => {
    expect([...pack([3, 0, 1, 2, 1], 2)]).toEqual([0b10_01_00_11, 0b01]);
    expect([...pack([1, 0, 0, 0, 0, 0, 0, 0, 1], 1)]).toEqual([1, 1]);
    expect([...pack([5, 6, 7], 3)]).toEqual([0b11_110_101, 1]);
    expect([...pack([0x1234], 16)]).toEqual([0x34, 0x12]);
  });

  it("comes back for all bits and lengths, in as few bytes as hold the bits", () => {
    const anyCodes = fc
      .record({ bits: fc.integer({ min: 1, max: 16 }), signed: fc.boolean() })
      .chain(({ bits, signed }) => {
        const [min, max] = signed ? [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1] : [0, 2 ** bits - 1];
        const list = fc.array(fc.integer({ min, max }), { maxLength: 40 });
        return list.map((list) => ({ bits, signed, list }));
      });
    fc.assert(
      fc.property(anyCodes, ({ bits, signed, list }) => {
        const bytes = pack(list, bits);
        expect(bytes.length).toBe(Math.ceil((list.length * bits) / 8));
        expect([...unpack(bytes, bits, list.length, { signed })]).toEqual(list);
      }),
    );
  });

  it("refuses codes that don't fit, and missing bytes", () => {
    expect(() => pack([16], 4)).toThrow(
      "invalid code: 16 at index 0 (expected an integer from -8 to 15",
    );
    expect(() => pack([0.5], 4)).toThrow("invalid code: 0.5");
    expect(() => pack([1], 17)).toThrow("invalid bits: 17");
    expect(() => unpack(Uint8Array.of(1), 4, 3)).toThrow("invalid bytes: 1 for 3 codes of 4 bits");
  });
});

const every: Format[] = [
  ...[1, 2, 3, 4, 5, 7, 8, 12, 16].flatMap((bits) => [int(bits), uint(bits)]),
  int(4, { per: "channel", narrowRange: true }),
  int(4, { per: "group", groupSize: 3, symmetric: false }),
  int(4, { per: "group", groupSize: 2, axis: -1, powerOfTwo: true }),
  int(8, { per: "token", rounding: "halfEven", matches: "onnx" }),
  uint(5, { per: "token", rounding: "halfAwayFromZero" }),
  int(3, { rounding: "stochastic", seed: 7 }),
  ...[fp8("e4m3"), fp8("e5m2", { saturate: false }), fp6("e3m2", { per: "channel" })],
  ...[fp4("e2m1", { per: "group", groupSize: 2 }), minifloat(4, 1, { specials: "ieee", bias: 3 })],
  ...[codebook([-1, 0, 1.5]), codebook([-1, 0, 1], { scale: "absmax", per: "channel" })],
  ...[nf4({ groupSize: 6 }), binary(), ternary({ per: "channel" })],
  ...[mxfp4({ groupSize: 6 }), mxfp6("e3m2", { groupSize: 4, axis: -1 }), mxint8({ groupSize: 3 })],
];

describe("a quantized tensor", () => {
  const x = random.normal([2, 6, 4], { seed: 1 });

  it.each(every.map((format) => [String(format), format] as const))(
    "of %s dequantizes to what fakeQuantize returns, from its bytes alone",
    { tags: "slow" },
    (_, format) => {
      tf.tidy(() => {
        const tensor = quantizeTensor(x, format);
        expect(plain(tensor.dequantize())).toEqual(plain(fakeQuantize(x, format)));
        expect(plain(tensor.codes())).toEqual(plain(codes(x, format)));
        expect(tensor.bytes().length).toBe(Math.ceil((48 * format.bits) / 8));
        const again = QuantizedTensor.load(tensor.save());
        expect(String(again.format)).toBe(String(format));
        expect(JSON.stringify(again.format)).toBe(JSON.stringify(format));
        expect(again.shape).toEqual([2, 6, 4]);
        expect(again.scale).toEqual(tensor.scale);
        expect(again.zeroPoint).toEqual(tensor.zeroPoint);
        expect(plain(again.dequantize())).toEqual(plain(tensor.dequantize()));
        expect(again.save()).toEqual(tensor.save());
      });
    },
  );

  it("keeps the scales of MX blocks as bytes in a file, NaN among them", () => {
    const tensor = quantizeTensor(
      [[1e-30, 0, Number.NaN, 6e30]],
      mxfp4({ groupSize: 1, axis: -1 }),
    );
    const again = QuantizedTensor.load(tensor.save());
    expect(again.scale).toEqual(tensor.scale);
    expect(plain(again.dequantize())).toEqual(plain(tensor.dequantize()));
    expect(plain(tensor.dequantize())[2]).toBeNaN();
  });

  it("has the size of its codes, scales, zero points and codebook", () => {
    const kernel = random.normal([64, 10], { seed: 2 });
    const sizes = (format: Format) => quantizeTensor(kernel, format).size;
    expect(sizes(int(4))).toBe(320 + 4);
    expect(sizes(int(4, { per: "channel" }))).toBe(320 + 40);
    expect(sizes(uint(4, { per: "channel" }))).toBe(320 + 40 + 10);
    expect(sizes(int(4, { per: "group", groupSize: 32 }))).toBe(320 + 80);
    expect(sizes(nf4())).toBe(320 + 40);
    expect(sizes(mxfp4())).toBe(320 + 20);
    expect(sizes(fp8())).toBe(640);
    expect(sizes(kMeans(kernel, 3))).toBe(240 + 32);
    expect(sizes(binary())).toBe(80 + 40);
    expect(sizes(ternary())).toBe(160 + 4);
  });

  it("shows its format, shape, size, and its first codes beside values", () => {
    const bundle = quantizeTensor([[0.1, -0.7, 0.3, 0.2]], int(4))[displaySymbol]();
    expect(String(bundle["text/plain"]).split("\n").slice(0, 4)).toEqual([
      "int4 per tensor [1, 4]: 6 B (float32: 16 B), 12 bits a value, scale 0.0875",
      "index  bits  code   value",
      "    0  0001     1  0.0875",
      "    1  1000    −8    −0.7",
    ]);
    expect(bundle["text/html"]).toContain("<table");
  });

  it("leaves no tensor behind", () => {
    const held = tf.memory().numTensors;
    const tensor = quantizeTensor(x, int(4, { per: "token" }));
    tensor[displaySymbol]();
    for (const made of [tensor.codes(), tensor.dequantize()]) made.dispose();
    expect(tf.memory().numTensors).toBe(held);
  });

  it("refuses other bytes, missing ones, and NaN without a code", () => {
    const file = quantizeTensor([1, 2], int(4)).save();
    expect(() => QuantizedTensor.load(file.subarray(0, -1))).toThrow("invalid file");
    expect(() => QuantizedTensor.load(file.subarray(0, 20))).toThrow("invalid file");
    expect(() => QuantizedTensor.load(new Uint8Array(40))).toThrow("not a quantized tensor");
    expect(() => QuantizedTensor.load("file" as never)).toThrow("not a quantized tensor");
    expect(() => quantizeTensor([1, Number.NaN], fp4())).toThrow("NaN at index 1");
    expect(plain(quantizeTensor([1, Number.NaN], fp8()).dequantize())).toEqual([1, Number.NaN]);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { valuesOf } from "../../src/quantizers/formats/minifloat.js";
import {
  affine,
  bfloat16,
  binary,
  codebook,
  codes,
  coveringRange,
  type Format,
  fakeQuantize,
  fp4,
  fp6,
  fp8,
  type IntegerFormat,
  int,
  minifloat,
  mxfp4,
  mxfp6,
  mxfp8,
  mxint8,
  nf4,
  QuantizedTensor,
  quantizeTensor,
  ternary,
  uint,
} from "../../src/quantizers/index.js";
import { tf } from "../../src/tensorflow/index.js";

const count = 24;

/** float32 numbers of either sign, far from where it overflows or its own steps grow. */
const number = fc
  .tuple(fc.integer({ min: -(2 ** 24), max: 2 ** 24 }), fc.integer({ min: -40, max: -14 }))
  .map(([mantissa, exponent]) => mantissa * 2 ** exponent);
const vector = fc
  .array(number, { minLength: count, maxLength: count })
  .map((values) => Float32Array.from(values));

const roundings = fc.constantFrom("halfUp", "halfEven", "halfAwayFromZero", "onnx");
const integers = fc
  .record({
    kind: fc.constantFrom("int", "uint"),
    bits: fc.integer({ min: 1, max: 16 }),
    narrowRange: fc.boolean(),
    powerOfTwo: fc.boolean(),
    symmetric: fc.boolean(),
    rounding: roundings,
  })
  .map(({ kind, bits, rounding, narrowRange, symmetric, powerOfTwo }) => {
    const options = {
      powerOfTwo,
      ...(rounding === "onnx"
        ? ({ rounding: "halfEven", matches: "onnx" } as const)
        : { rounding: rounding as "halfUp" }),
      narrowRange: narrowRange && bits > 1,
    };
    return kind === "int" ? int(bits, { ...options, symmetric }) : uint(bits, options);
  });

const shared = fc.constantFrom({}, { per: "tensor" } as const);
const minifloats = fc.oneof(
  fc
    .tuple(fc.integer({ min: 2, max: 5 }), fc.integer({ min: 0, max: 4 }), shared)
    .map(([exponent, mantissa, options]) => minifloat(exponent, mantissa, options)),
  fc.constantFrom(fp8("e4m3"), fp8("e5m2", { per: "tensor" }), fp6("e2m3"), fp4(), bfloat16()),
);
const codebooks = fc
  .uniqueArray(fc.integer({ min: -1000, max: 1000 }), { minLength: 2, maxLength: 40 })
  .map((values) => codebook(values.map((value) => value / 8)));
const scaled = fc.constantFrom<Format>(
  ...[binary({ per: "tensor" }), ternary(), codebook([-1, -0.3, 0, 0.2, 1], { scale: "absmax" })],
  ...[nf4({ groupSize: count }), fp8("e5m2", { per: "tensor" }), fp4("e2m1", { per: "tensor" })],
  ...[mxfp4, mxint8].map((make) => make({ groupSize: count, axis: -1 })),
  ...[mxfp8("e4m3", { groupSize: count, axis: -1 }), mxfp6("e3m2", { groupSize: count, axis: -1 })],
);
/** Formats that have one scale for a vector. */
const formats = fc.oneof(integers, minifloats, codebooks, scaled);

/** Formats that have several scales for a matrix of 4 rows and 6 columns. */
const grouped = fc
  .constantFrom(
    ...([{ per: "channel" }, { per: "token" }] as const),
    ...([
      { per: "group", groupSize: 2 },
      { per: "group", groupSize: 3, axis: -1 },
    ] as const),
  )
  .chain((sharing) =>
    fc.constantFrom<Format>(
      int(5, { ...sharing, rounding: "halfEven", symmetric: false }),
      int(8, { ...sharing, rounding: "halfEven", matches: "onnx", powerOfTwo: true }),
      uint(3, { ...sharing, rounding: "halfAwayFromZero" }),
      codebook([-1, 0.1, 0.7], { ...sharing, scale: "absmax" }),
      ...[fp8("e4m3", sharing), fp4("e2m1", sharing), binary(sharing), ternary(sharing)],
    ),
  );

const plain = (tensor: tf.Tensor) => Array.from(tensor.dataSync(), (value) => value + 0);

/** Checks what holds of a format and a vector, in a scope of its own. */
function holds<F extends Format>(
  format: fc.Arbitrary<F>,
  property: (format: F, x: Float32Array) => void,
  numRuns = 80,
): void {
  fc.assert(
    fc.property(format, vector, (format, x) => tf.tidy(() => property(format, x))),
    { numRuns },
  );
}

/** A range with which a format computes on the same grid again. */
function gridOf(format: Format, x: Float32Array): Parameters<typeof fakeQuantize>[2] {
  if (format.kind === "mx") return undefined; // the shared exponent stays as it is
  if (format.kind === "int" || format.kind === "uint") {
    return coveringRange(format, { min: Math.min(...x), max: Math.max(...x) });
  }
  return { scale: quantizeTensor(x, format).scale[0] || 1 };
}

describe("fakeQuantize", () => {
  it("keeps the values that it returned", { tags: "slow" }, () => {
    holds(formats, (format, x) => {
      const grid = gridOf(format, x);
      const once = fakeQuantize(x, format, grid);
      expect(plain(fakeQuantize(once, format, grid))).toEqual(plain(once));
    });
  });

  it("keeps the values that it returned, with several scales", { tags: "slow" }, () => {
    holds(
      grouped,
      (format, x) => {
        const matrix = tf.tensor2d(x, [4, 6]);
        const { scale, zeroPoint } = quantizeTensor(matrix, format);
        fc.pre(scale.every((one) => one > 0)); // of zeros only, it is 0, which isn't a scale to give
        const once = fakeQuantize(matrix, format);
        expect(plain(fakeQuantize(once, format, { scale, zeroPoint }))).toEqual(plain(once));
      },
      60,
    );
  });

  it("keeps the order of values", { tags: "slow" }, () => {
    holds(formats, (format, x) => {
      const rounded = plain(fakeQuantize(x.sort(), format));
      expect(rounded).toEqual(rounded.toSorted((a, b) => a - b));
    });
  });

  it("of values times a power of two is its value times that power", { tags: "slow" }, () => {
    const powers = fc.integer({ min: -20, max: 20 }).map((exponent) => 2 ** exponent);
    fc.assert(
      fc.property(fc.oneof(integers, scaled), vector, powers, (format, x, power) =>
        tf.tidy(() => {
          const whole = plain(fakeQuantize(x, format));
          const moved = x.map((value) => value * power);
          expect(plain(fakeQuantize(moved, format))).toEqual(whole.map((value) => value * power));
        }),
      ),
      { numRuns: 80 },
    );
  });

  it("of integers stays in the range, and is half a step off at most inside of it", {
    tags: "slow",
  }, () => {
    holds(integers, (format, x) => {
      const range = coveringRange(format, { min: Math.min(...x) / 2, max: Math.max(...x) / 2 });
      const [scale, min, max] = ends(format, range);
      const rounded = fakeQuantize(x, format, range).dataSync();
      for (const [i, value] of x.entries()) {
        expect(rounded[i]).toBeGreaterThanOrEqual(min);
        expect(rounded[i]).toBeLessThanOrEqual(max);
        const inside = Math.min(max, Math.max(min, value));
        const float32 = 2 ** -22 * Math.max(-min, max);
        expect(Math.abs(rounded[i]! - inside)).toBeLessThanOrEqual(scale / 2 + float32);
      }
    });
  });

  it("of floating-point formats and codebooks is a nearest of their values", {
    tags: "slow",
  }, () => {
    holds(fc.oneof(minifloats, codebooks), (format, x) => {
      if (format.bits > 10) return; // bfloat16's are too many to look at each
      const { scale } = quantizeTensor(x, format);
      const values = format.kind === "float" ? valuesOf(format) : format.values;
      const known = Array.from(values, (value) => Math.fround(value * scale[0]!) + 0);
      const finite = known.filter(Number.isFinite);
      // A quotient by a scale and the middle of two values are rounded.
      const exact = format.kind === "float" && format.per === undefined;
      for (const [i, rounded] of plain(fakeQuantize(x, format)).entries()) {
        expect(finite).toContain(rounded);
        const value = x[i]!;
        const nearest = finite.reduce(
          (least, one) => Math.min(least, Math.abs(one - value)),
          Number.POSITIVE_INFINITY,
        );
        const tolerance = exact ? 0 : 2 ** -21 * Math.abs(value);
        expect(Math.abs(rounded - value)).toBeLessThanOrEqual(nearest + tolerance);
      }
    });
  });
});

function ends(format: IntegerFormat, range: { min: number; max: number }) {
  const { scale, min, max } = affine(format, range);
  return [scale[0]!, min[0]!, max[0]!] as const;
}

describe("a quantized tensor", () => {
  it("has the values that fakeQuantize returns, also from its file, and codes of its bits", {
    tags: "slow",
  }, () => {
    holds(
      formats,
      (format, x) => {
        const stored = quantizeTensor(x, format);
        const again = QuantizedTensor.load(stored.save());
        expect(plain(again.dequantize())).toEqual(plain(fakeQuantize(x, format)));
        const list = plain(codes(x, format));
        expect(plain(again.codes())).toEqual(list);
        expect(Math.max(...list) - Math.min(...list)).toBeLessThan(2 ** Math.max(format.bits, 1.6));
        expect(stored.bytes().length).toBe(Math.ceil((count * format.bits) / 8));
      },
      60,
    );
  });
});

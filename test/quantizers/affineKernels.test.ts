import { describe, expect, it } from "vitest";
import { codes, fakeQuantize, int, quantizeTensor, uint } from "../../src/quantizers/index.js";
import { tf } from "../../src/tensorflow/index.js";
import { generator } from "../fixtures/generator.js";
import golden from "../golden/affine_kernels.json" with { type: "json" };
import { digest } from "./digest.js";

const { rows, channels, versions } = golden;

/** As test/peers/affine_kernels.py makes them: scales, zero points, and values of which half lie between codes. */
function inputs({ seed, bits, signed }: { seed: number; bits: number; signed: boolean }) {
  const random = generator(seed);
  const format = (signed ? int : uint)(bits);
  const scale = Float32Array.from({ length: channels }, () => 0.001 + random());
  const zeroPoint = Array.from(
    { length: channels },
    () => format.smallest + Math.floor(random() * 2 ** bits),
  );
  const values = Float32Array.from({ length: rows * channels }, (_, i) => {
    const steps = (2 * random() - 1) * 1.2 * 2 ** (bits - 1);
    return scale[i % channels]! * (i % 2 ? Math.floor(steps) + 0.5 : steps);
  });
  return { scale, zeroPoint, x: tf.tensor2d(values, [rows, channels]) };
}

describe(`integers rounded half to even equal PyTorch ${versions.torch}`, () => {
  it.each(golden.pytorch)("$bits bits, signed $signed, per $per, and its gradient", (expected) => {
    tf.tidy(() => {
      const { scale, zeroPoint, x } = inputs(expected);
      const options = { rounding: "halfEven", matches: "pytorch" } as const;
      const format = (expected.signed ? int : uint)(expected.bits, options);
      const range =
        expected.per === "channel"
          ? { scale, zeroPoint }
          : { scale: scale[0]!, zeroPoint: zeroPoint[0]! };
      const { value, grad } = tf.valueAndGrad((x: tf.Tensor) => fakeQuantize(x, format, range))(x);
      expect(digest(value.dataSync())).toBe(expected.values);
      expect(digest(grad.dataSync())).toBe(expected.gradient);
      expect(digest(quantizeTensor(x, format, range).dequantize().dataSync())).toBe(
        expected.values,
      );
    });
  });
});

describe(`integers rounded half to even, "onnx", equal ONNX Runtime ${versions.onnxruntime}`, () => {
  it.each(golden.onnx)("$bits bits, signed $signed, per $per $group", (expected) => {
    tf.tidy(() => {
      const { scale, zeroPoint, x } = inputs(expected);
      const { bits, signed, per, group } = expected;
      const groups = group ? rows / group : 1;
      const format = (signed ? int : uint)(bits, {
        rounding: "halfEven",
        matches: "onnx",
        per: per as "tensor",
        ...(group ? { groupSize: group } : {}),
      });
      // Each channel's scale is halved from group to group.
      const scales = Float32Array.from(
        { length: groups * channels },
        (_, i) => scale[i % channels]! / 2 ** Math.floor(i / channels),
      );
      const zeroPoints = Array.from(scales, (_, i) => zeroPoint[i % channels]!);
      const range =
        per === "tensor"
          ? { scale: scale[0]!, zeroPoint: zeroPoint[0]! }
          : { scale: scales, zeroPoint: zeroPoints };
      expect(digest(fakeQuantize(x, format, range).dataSync())).toBe(expected.values);
      expect(digest(quantizeTensor(x, format, range).dequantize().dataSync())).toBe(
        expected.values,
      );
    });
  });
});

it("PyTorch's product with the inverse and ONNX Runtime's quotient differ on some of these values", () => {
  tf.tidy(() => {
    const { scale, x } = inputs({ seed: 1081, bits: 8, signed: true });
    const [pytorch, onnx] = (["pytorch", "onnx"] as const).map((matches) =>
      codes(x, int(8, { rounding: "halfEven", matches }), { scale }).dataSync(),
    );
    const differing = pytorch!.filter((code, i) => code !== onnx![i]);
    expect(differing.length).toBeGreaterThan(0);
    expect(differing.length).toBeLessThan(0.1 * x.size);
  });
});

it(`integers rounded half away from zero equal TensorFlow Lite's reference QUANTIZE, ${versions.tensorflow}`, () => {
  const { seed, scale, zeroPoint, codes: expected } = golden.tflite;
  const random = generator(seed);
  const x = Float32Array.from({ length: rows * channels }, (_, i) => {
    const steps = (2 * random() - 1) * 300;
    return scale * (i % 2 === 0 ? Math.floor(steps) + 0.5 : steps);
  });
  tf.tidy(() => {
    const format = int(8, { rounding: "halfAwayFromZero", symmetric: false });
    const given = codes(tf.tensor1d(x), format, { scale, zeroPoint });
    expect(digest(given.dataSync(), "int32")).toBe(expected);
  });
});

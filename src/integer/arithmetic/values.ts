import type { IntegerTensor, KernelName } from "../program/index.js";

/** 1.5 · 2²³: added and taken away again in float32, it rounds to the nearest whole number, halves to even. */
const magic = 12582912;

/** The nearest whole number to a value ÷ scale, as a kernel rounds it. */
type Nearest = (value: number, scale: number) => number;

/** XNNPACK multiplies by the scale's inverse, and rounds halves to even. */
const halfEven: Nearest = (value, scale) => {
  const ratio = Math.fround(value * Math.fround(1 / scale));
  return Math.abs(ratio) < 2 ** 22 ? Math.fround(ratio + magic) - magic : ratio;
};

/** TensorFlow Lite's own kernels divide, and round halves away from zero. */
const halfAway: Nearest = (value, scale) => {
  const ratio = Math.fround(value / scale);
  return Math.sign(ratio) * Math.floor(Math.abs(ratio) + 0.5);
};

/**
 * The codes of values, as a runtime's kernel quantizes its inputs; indices stay as they are.
 *
 * @throws RangeError if a value is NaN
 */
export function quantize(
  values: ArrayLike<number>,
  tensor: IntegerTensor,
  kernel: KernelName,
): Int16Array | Int32Array {
  const { type, smallest, largest, name } = tensor;
  const nearest = kernel === "xnnpack" ? halfEven : halfAway;
  const [scale, zeroPoint] = [tensor.scale[0]!, tensor.zeroPoint[0]!];
  const isIndex = type === "int32";
  const codes = isIndex ? new Int32Array(values.length) : new Int16Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (Number.isNaN(value)) {
      throw new RangeError(
        `invalid value of "${name}": NaN at index ${i} (expected numbers; NaN has no code)`,
      );
    }
    const code = isIndex ? Math.trunc(value) : nearest(value, scale) + zeroPoint;
    codes[i] = Math.min(Math.max(code, smallest), largest);
  }
  return codes;
}

/** The values of codes, float32; scales may differ along an axis, which is the last. */
export function dequantize(codes: ArrayLike<number>, tensor: IntegerTensor): Float32Array {
  const { scale, zeroPoint } = tensor;
  const channels = scale.length;
  return Float32Array.from(codes, (code, i) => {
    const channel = channels === 1 ? 0 : i % channels;
    return Math.fround(code - zeroPoint[channel]!) * scale[channel]!;
  });
}

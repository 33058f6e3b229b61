import { isFields, type Json, shapeOf, textAt } from "../config/json.js";
import { sizeOf } from "../storedArray.js";

/** @internal A weight in the manifest of a `model.json`. */
export interface Spec {
  name: string;
  shape: number[];
  /** The type of the numbers in the file. */
  stored: StoredType;
  /** Whether the file has codes of a linear quantization: a value is `min` + `scale` · code. */
  scale: number;
  min: number;
  /** The size in the file. */
  bytes: number;
  /** Whether it is the state of an optimizer. */
  isOptimizer: boolean;
}

type StoredType = keyof typeof itemSizes;

const itemSizes = { float32: 4, int32: 4, bool: 1, uint8: 1, uint16: 2, float16: 2 };

/** @internal @throws Error if the weight isn't described rightly, or isn't made of numbers */
export function specOf(value: Json): Spec {
  if (!isFields(value)) throw new Error("a weight isn't described (the file is damaged)");
  const name = textAt(value, "name", "a weight");
  const where = `the weight ${name}`;
  const shape = shapeOf(value.shape, where) as number[];
  const quantization = isFields(value.quantization!) ? value.quantization : undefined;
  const stored = String(quantization?.dtype ?? value.dtype);
  if (!Object.hasOwn(itemSizes, stored)) {
    throw new Error(
      `${where} is of type ${stored} (expected ${Object.keys(itemSizes).join(", ")})`,
    );
  }
  const { scale = 1, min = 0 } = quantization ?? {};
  if (typeof scale !== "number" || typeof min !== "number" || shape.includes(null as never)) {
    throw new Error(`${where} isn't described rightly (the file is damaged)`);
  }
  const bytes = sizeOf(shape) * itemSizes[stored as StoredType];
  if (!Number.isSafeInteger(bytes)) throw new Error(`${where} of shape [${shape}] is too large`);
  const isOptimizer = value.group === "optimizer";
  return { name, shape, stored: stored as StoredType, scale, min, bytes, isOptimizer };
}

/** @internal The values of a weight, as float32. */
export function valuesOf(
  { stored, scale, min, bytes: size }: Spec,
  bytes: Uint8Array,
): Float32Array {
  const count = size / itemSizes[stored];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const read = readers[stored];
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) values[i] = read(view, i) * scale + min;
  return values;
}

const readers: Readonly<Record<StoredType, (view: DataView, i: number) => number>> = {
  float32: (view, i) => view.getFloat32(4 * i, true),
  int32: (view, i) => view.getInt32(4 * i, true),
  bool: (view, i) => view.getUint8(i),
  uint8: (view, i) => view.getUint8(i),
  uint16: (view, i) => view.getUint16(2 * i, true),
  float16: (view, i) => half(view.getUint16(2 * i, true)),
};

/** A number of half precision (IEEE 754-2019, binary16). */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  if (exponent === 0) return sign * 2 ** -24 * fraction;
  return sign * 2 ** (exponent - 15) * (1 + fraction / 1024);
}

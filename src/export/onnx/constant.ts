import { type ElementType, elementTypes, type Messages } from "./schema.js";

/** @internal A constant of an ONNX graph; int4 codes are kept one in a number. */
export interface Constant {
  readonly dims: readonly number[];
  readonly type: ElementType;
  readonly values: ArrayLike<number>;
}

const arrays = {
  float: Float32Array,
  uint8: Uint8Array,
  int8: Int8Array,
  int32: Int32Array,
} as const;

/** @internal The bytes of a constant: little-endian numbers, or two int4 codes a byte, the first in the low half. */
export function bytesOf({ type, values }: Constant): Uint8Array {
  if (type === "int64") return integers(values);
  if (type === "int4") return nibbles(values);
  const array = arrays[type].from(values);
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

function integers(values: ArrayLike<number>): Uint8Array {
  return new Uint8Array(BigInt64Array.from(Array.from(values, BigInt)).buffer);
}

function nibbles(values: ArrayLike<number>): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(values.length / 2));
  for (let i = 0; i < values.length; i++) bytes[i >> 1]! |= (values[i]! & 15) << (4 * (i & 1));
  return bytes;
}

/** @internal The message of a constant. */
export function tensorOf(
  name: string,
  { dims, type }: Constant,
  rawData: Uint8Array,
): Messages["TensorProto"] {
  return { dims: [...dims], dataType: elementTypes[type], name, rawData };
}

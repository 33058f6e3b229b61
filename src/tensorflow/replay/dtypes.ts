import type { TypedValues } from "../loading/nodeBackend.js";
import type { tf } from "../tf.js";

/** The numbers of dtypes in a trace: those of TensorFlow's `TF_DataType`. */
const dtypeNumbers: Record<string, number> = {
  float32: 1,
  int32: 3,
  bool: 10,
  string: 7,
  complex64: 8,
};

/** @internal A dtype's number in a trace. */
export function dtypeNumber(dtype: tf.DataType): number {
  return dtypeNumbers[dtype]!;
}

/** @internal The dtype of a number in a trace. */
export function dtypeNamed(number: number): tf.DataType {
  return Object.keys(dtypeNumbers).find((name) => dtypeNumbers[name] === number) as tf.DataType;
}

/** @internal The bytes of a value; `undefined` for a dtype whose values aren't numbers. */
export function bytesOf(dtype: tf.DataType): number | undefined {
  return { float32: 4, int32: 4, bool: 1 }[dtype as string];
}

/** @internal An array of a dtype over memory. */
export function arrayOver(
  dtype: tf.DataType,
  memory: ArrayBuffer,
  offset: number,
  length: number,
): TypedValues {
  if (dtype === "int32") return new Int32Array(memory, offset, length);
  if (dtype === "bool") return new Uint8Array(memory, offset, length);
  return new Float32Array(memory, offset, length);
}

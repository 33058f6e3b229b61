import type { DataId, TypedValues } from "../loading/nodeBackend.js";
import { cpuRecordable } from "../replay/recordable.js";
import { isNative, tf } from "../tf.js";
import { nativeRecordable } from "./nativeRecordable.js";
import type { Tap } from "./tap.js";

/** @internal The part of a backend that a recorder needs. Values that tensors share have one number. */
export interface Recordable {
  /** The number of float32 among dtypes. */
  readonly float: number;
  /** The numbers of tensors' values; natively they are uploaded. */
  idsOf(tensors: readonly { dataId: DataId }[]): number[];
  /** The dtype of a tensor as a number. */
  dtypeOf(tensor: { dtype: tf.DataType }): number;
  /** The values that JavaScript gave for a tensor, which may be replaced until an op takes them; `undefined` if it gave none. */
  givenTo(data: DataId): { values: TypedValues | null } | undefined;
  /** A tensor's number and form, and its values on demand. */
  describe(data: DataId): { shape: number[]; dtype: number; values(): TypedValues };
  /** The number of a tensor whose values an op has made or taken, if JavaScript's reading of it matters. */
  numberOf(data: DataId): number | undefined;
  refCount(data: DataId): number;
  /** Gives a variable a copy of its values, if other tensors share them. */
  separate(variable: tf.Variable): void;
  /** A tensor that keeps values alive until it is disposed; outside of any tidy. */
  keepAlive(data: DataId): tf.Tensor;
  /** Tells a tap what tfjs does from now on, until the result is called. */
  install<Upload>(tap: Tap<Upload>): () => void;
}

/** @internal The backend that computes now. */
export function recordable(): Recordable {
  return isNative ? nativeRecordable() : cpuRecordable();
}

/** @internal Whether functions can be compiled for the backend that computes now. */
export function canCompile(): boolean {
  return isNative || tf.getBackend() === "cpu";
}

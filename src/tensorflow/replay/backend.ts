import type { DataId, TypedValues } from "../loading/nodeBackend.js";
import { tf } from "../tf.js";

/** @internal The values that the backend has for a tensor. */
export interface Stored {
  values: TypedValues;
  dtype: tf.DataType;
  refCount: number;
}

/** @internal The storage of a backend. */
export interface Storage {
  has(data: DataId): boolean;
  get(data: DataId): Stored;
  set(data: DataId, stored: Stored): void;
  delete(data: DataId): boolean;
  numDataIds(): number;
}

/** @internal The part of tfjs's `cpu` backend that traces and replays use. */
export interface CpuBackend {
  data: Storage;
  write(values: TypedValues, shape: number[], dtype: tf.DataType): DataId;
  readSync(data: DataId): TypedValues;
  refCount(data: DataId): number;
  incRef(data: DataId): void;
}

/** @internal tfjs's `cpu` backend. */
export function cpuBackend(): CpuBackend {
  return tf.findBackend("cpu") as unknown as CpuBackend;
}

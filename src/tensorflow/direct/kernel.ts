import type * as tfjs from "@tensorflow/tfjs";

/** @internal Values of a tensor of numbers. */
export type Values = Float32Array | Int32Array | Uint8Array;

/** @internal The part of tfjs's `cpu` backend that kernels use. */
export interface CpuBackend {
  readonly blockSize: number;
  readonly data: { get(id: object): { values: unknown } };
  makeTensorInfo(shape: number[], dtype: tfjs.DataType, values: Values): tfjs.TensorInfo;
  /** Memory for a kernel's result, with whatever stands in it; only where a compiled function runs. */
  resultMemory?(like: Values["constructor"], size: number): Values | undefined;
}

/** @internal The arguments of a kernel, as tfjs's engine gives them. */
export interface KernelCall {
  inputs: Record<string, tfjs.TensorInfo | undefined>;
  backend: CpuBackend;
  attrs: Record<string, unknown>;
}

/** @internal A kernel that computes some calls, and gives `undefined` for those that tfjs's own kernel computes. */
export type DirectKernel<Result = tfjs.TensorInfo> = (
  call: KernelCall,
  tf: typeof tfjs,
) => Result | undefined;

/** @internal Reads a tensor's numbers; `undefined` for a dtype whose values aren't numbers. */
export function valuesOf(backend: CpuBackend, { dataId }: tfjs.TensorInfo): Values | undefined {
  const { values } = backend.data.get(dataId);
  const isNumbers =
    values instanceof Float32Array || values instanceof Int32Array || values instanceof Uint8Array;
  return isNumbers ? values : undefined;
}

/** @internal Reads the numbers of a tensor of float32 values; `undefined` for another dtype or no tensor. */
export function floats(backend: CpuBackend, info?: tfjs.TensorInfo): Float32Array | undefined {
  if (info?.dtype !== "float32") return undefined;
  const values = valuesOf(backend, info);
  return values instanceof Float32Array ? values : undefined;
}

/** @internal The number of elements of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, length) => size * length, 1);
}

/** @internal The distance between neighbours along each axis of a shape, in elements. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis]!;
  }
  return strides;
}

/** @internal An array for a kernel's result of float32, filled with 0 or with values of before. */
export function resultFloats({ resultMemory }: CpuBackend, size: number): Float32Array {
  return (resultMemory?.(Float32Array, size) as Float32Array) ?? new Float32Array(size);
}

/** @internal An array for a kernel's result, filled with 0 or with values of before. */
export function resultFor(backend: CpuBackend, dtype: tfjs.DataType, size: number): Values {
  if (dtype === "float32") return resultFloats(backend, size);
  const like = dtype === "int32" ? Int32Array : Uint8Array;
  return backend.resultMemory?.(like, size) ?? new like(size);
}

const kept: Record<string, Float64Array> = {};
/** The largest number of values for which scratch memory is kept from call to call. */
const largestKept = 1 << 20;

/** @internal Scratch memory of at least so many values, until the next call with the same name. */
export function scratch(name: string, size: number): Float64Array {
  const array = kept[name];
  if (array && array.length >= size) return array;
  const fresh = new Float64Array(size);
  if (size <= largestKept) kept[name] = fresh;
  return fresh;
}

/** @internal A copy of values in double precision, in scratch memory: loops read it without converting. */
export function doubles(name: string, values: Float32Array): Float64Array {
  const copy = scratch(name, values.length);
  copy.set(values);
  return copy;
}

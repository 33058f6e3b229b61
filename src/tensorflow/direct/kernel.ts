import type * as tfjs from "@tensorflow/tfjs";

/** @internal Values of a tensor of numbers. */
export type Values = Float32Array | Int32Array | Uint8Array;

/** @internal The part of tfjs's `cpu` backend that kernels use. */
export interface CpuBackend {
  readonly blockSize: number;
  readonly data: { get(id: object): { values: unknown } };
  makeTensorInfo(shape: number[], dtype: tfjs.DataType, values: Values): tfjs.TensorInfo;
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

/** @internal An array for the values of a dtype, filled with 0. */
export function arrayFor(dtype: tfjs.DataType, size: number): Values {
  if (dtype === "int32") return new Int32Array(size);
  return dtype === "bool" ? new Uint8Array(size) : new Float32Array(size);
}

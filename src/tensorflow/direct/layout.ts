import type * as tfjs from "@tensorflow/tfjs";
import { copy } from "./copy.js";
import {
  type DirectKernel,
  resultFor,
  sizeOf,
  stridesOf,
  type Values,
  valuesOf,
} from "./kernel.js";

/** @internal `Transpose`: other orders of the axes. */
export const transpose: DirectKernel = ({ inputs: { x }, backend, attrs: { perm } }) => {
  const values = x && valuesOf(backend, x);
  if (!values) return undefined;
  const order = perm as number[];
  const shape = order.map((axis) => x.shape[axis]!);
  const strides = stridesOf(x.shape);
  const out = resultFor(backend, x.dtype, values.length);
  const source = { strides: order.map((axis) => strides[axis]!) };
  copy(shape, values, source, out, { strides: stridesOf(shape) });
  return backend.makeTensorInfo(shape, x.dtype, out);
};

/** @internal `Tile`: repeats a tensor along each axis. */
export const tile: DirectKernel = ({ inputs: { x }, backend, attrs: { reps } }) => {
  const values = x && valuesOf(backend, x);
  if (!values) return undefined;
  const times = reps as number[];
  const shape = x.shape.map((length, axis) => length * times[axis]!);
  const out = resultFor(backend, x.dtype, sizeOf(shape));
  const strides = stridesOf(x.shape).flatMap((stride) => [0, stride]);
  const parts = x.shape.flatMap((length, axis) => [times[axis]!, length]);
  copy(parts, values, { strides }, out, { strides: stridesOf(parts) });
  return backend.makeTensorInfo(shape, x.dtype, out);
};

/** @internal `PadV2`: a border of a constant around a tensor. */
export const pad: DirectKernel = ({ inputs: { x }, backend, attrs }) => {
  const values = x && valuesOf(backend, x);
  if (!values) return undefined;
  const paddings = attrs.paddings as [number, number][];
  const shape = paddings.map(([before, after], axis) => before + x.shape[axis]! + after);
  const out = resultFor(backend, x.dtype, sizeOf(shape));
  out.fill(attrs.constantValue as number);
  const strides = stridesOf(shape);
  const offset = strides.reduce((sum, stride, axis) => sum + stride * paddings[axis]![0], 0);
  copy(x.shape, values, { strides: stridesOf(x.shape) }, out, { offset, strides });
  return backend.makeTensorInfo(shape, x.dtype, out);
};

/** @internal `Slice`: a box of a tensor, where its elements don't lie beside each other. */
export const slice: DirectKernel = ({ inputs: { x }, backend, attrs }, { slice_util }) => {
  const values = x && valuesOf(backend, x);
  if (!values) return undefined;
  const [begin, size] = slice_util.parseSliceParams(
    x as never,
    attrs.begin as number[],
    attrs.size as number[],
  );
  // tfjs's own kernel shares memory here, and tells of a box outside of the tensor.
  if (slice_util.isSliceContinous(x.shape, begin!, size!)) return undefined;
  if (begin!.some((start, axis) => start < 0 || start + size![axis]! > x.shape[axis]!)) {
    return undefined;
  }
  const strides = stridesOf(x.shape);
  const offset = strides.reduce((sum, stride, axis) => sum + stride * begin![axis]!, 0);
  const out = resultFor(backend, x.dtype, sizeOf(size!));
  copy(size!, values, { offset, strides }, out, { strides: stridesOf(size!) });
  return backend.makeTensorInfo(size!, x.dtype, out);
};

/** @internal `Unpack`: the slices along an axis. */
export const unpack: DirectKernel<tfjs.TensorInfo[]> = ({ inputs: { value }, backend, attrs }) => {
  const values = value && valuesOf(backend, value);
  if (!values) return undefined;
  const { shape, dtype } = value;
  const axis = ((attrs.axis as number) + shape.length) % shape.length;
  const rest = shape.toSpliced(axis, 1);
  return parts(values, shape, axis, new Array(shape[axis]!).fill(1)).map((part) =>
    backend.makeTensorInfo(rest, dtype, part),
  );
};

/** @internal `SplitV`: parts of given lengths along an axis. */
export const split: DirectKernel<tfjs.TensorInfo[]> = (call, { backend_util, util }) => {
  const { backend, attrs } = call;
  const { x } = call.inputs;
  const values = x && valuesOf(backend, x);
  if (!values) return undefined;
  const axis = util.parseAxisParam(attrs.axis as number, x.shape)[0]!;
  const given = attrs.numOrSizeSplits as number[];
  const lengths = backend_util.prepareSplitSize(x as never, given, axis);
  return parts(values, x.shape, axis, lengths).map((part, i) =>
    backend.makeTensorInfo(x.shape.with(axis, lengths[i]!), x.dtype, part),
  );
};

/** The elements of parts along an axis; where they lie beside each other, the parts share the memory. */
function parts(values: Values, shape: number[], axis: number, lengths: number[]): Values[] {
  const outer = sizeOf(shape.slice(0, axis));
  const inner = sizeOf(shape.slice(axis + 1));
  const step = shape[axis]! * inner;
  let start = 0;
  return lengths.map((length) => {
    const width = length * inner;
    const first = start;
    start += width;
    if (outer === 1) return values.subarray(first, first + width);
    const part = values.slice(0, outer * width);
    for (let i = 0; i < outer; i++) {
      const read = i * step + first;
      part.set(values.subarray(read, read + width), i * width);
    }
    return part;
  });
}

/** @internal `Concat`: tensors one after the other along an axis. */
export const concat: DirectKernel = ({ inputs, backend, attrs }, { backend_util, util }) => {
  const given = Object.values(inputs) as tfjs.TensorInfo[];
  const axis = util.parseAxisParam(attrs.axis as number, given[0]!.shape)[0]!;
  const all = given.map((info) => ({ info, values: valuesOf(backend, info) }));
  const { dtype } = given[0]!;
  const usable = all.every(({ info, values }) => info.dtype === dtype && values?.length);
  if (!usable || given.length < 2) return undefined;
  const shapes = given.map(({ shape }) => shape);
  backend_util.assertParamsConsistent(shapes, axis);
  const shape = backend_util.computeOutShape(shapes, axis);
  const out = resultFor(backend, dtype, sizeOf(shape));
  const outer = sizeOf(shape.slice(0, axis));
  let write = 0;
  for (let i = 0; i < outer; i++) {
    for (const { values } of all) {
      const width = values!.length / outer;
      out.set(values!.subarray(i * width, (i + 1) * width), write);
      write += width;
    }
  }
  return backend.makeTensorInfo(shape, dtype, out);
};

/** @internal `GatherV2` without batch axes: the slices of a tensor that indices name. */
export const gather: DirectKernel = ({ inputs: { x, indices }, backend, attrs }, { util }) => {
  const values = x && valuesOf(backend, x);
  const chosen = indices && valuesOf(backend, indices);
  if (!values || !chosen || attrs.batchDims) return undefined;
  const axis = util.parseAxisParam(attrs.axis as number, x.shape)[0]!;
  const length = x.shape[axis]!;
  // tfjs's own kernel tells of an index that isn't there.
  if (chosen.some((index) => !(index >= 0 && index < length))) return undefined;
  const before = x.shape.slice(0, axis);
  const after = x.shape.slice(axis + 1);
  const width = sizeOf(after);
  const out = resultFor(backend, x.dtype, sizeOf(before) * chosen.length * width);
  let write = 0;
  for (let outer = 0; outer < sizeOf(before); outer++) {
    for (const index of chosen) {
      const read = (outer * length + index) * width;
      out.set(values.subarray(read, read + width), write);
      write += width;
    }
  }
  return backend.makeTensorInfo([...before, ...indices.shape, ...after], x.dtype, out);
};

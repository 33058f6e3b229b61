import { copy } from "./copy.js";
import {
  type DirectKernel,
  resultFor,
  scratch,
  sizeOf,
  stridesOf,
  type Values,
  valuesOf,
} from "./kernel.js";

/** A tensor as `outer × reduced × inner` elements of which the middle ones are reduced. */
interface Box {
  outer: number;
  reduced: number;
  inner: number;
}

/** Fills `out`, of `outer × inner` elements. */
type Loop = (x: Values, box: Box, out: Values) => void;

/** Sums in double precision, in the order of the elements, as tfjs's kernel does. */
const sum: Loop = (x, { outer, reduced, inner }, out) => {
  const sums = scratch("sums", inner);
  let read = 0;
  for (let i = 0; i < outer; i++) {
    sums.fill(0, 0, inner);
    for (let j = 0; j < reduced; j++) {
      for (let k = 0; k < inner; k++) sums[k]! += x[read++]!;
    }
    for (let k = 0; k < inner; k++) out[i * inner + k] = sums[k]!;
  }
};

/** Divides each element, rounds the quotient to float32 and sums, as tfjs's kernel does. */
const mean: Loop = (x, { outer, reduced, inner }, out) => {
  const sums = scratch("sums", inner);
  const count = Math.fround(reduced);
  let read = 0;
  for (let i = 0; i < outer; i++) {
    sums.fill(0, 0, inner);
    for (let j = 0; j < reduced; j++) {
      for (let k = 0; k < inner; k++) sums[k]! += Math.fround(x[read++]! / count);
    }
    for (let k = 0; k < inner; k++) out[i * inner + k] = sums[k]!;
  }
};

/** The largest element; NaN if there is one. */
const max: Loop = (x, { outer, reduced, inner }, out) => {
  for (let i = 0; i < outer; i++) {
    for (let k = 0; k < inner; k++) {
      let best = x[i * reduced * inner + k]!;
      for (let j = 1; j < reduced; j++) {
        const value = x[(i * reduced + j) * inner + k]!;
        if (value > best || Number.isNaN(value)) best = value;
      }
      out[i * inner + k] = best;
    }
  }
};

/** The smallest element; NaN if there is one. */
const min: Loop = (x, { outer, reduced, inner }, out) => {
  for (let i = 0; i < outer; i++) {
    for (let k = 0; k < inner; k++) {
      let best = x[i * reduced * inner + k]!;
      for (let j = 1; j < reduced; j++) {
        const value = x[(i * reduced + j) * inner + k]!;
        if (value < best || Number.isNaN(value)) best = value;
      }
      out[i * inner + k] = best;
    }
  }
};

/** @internal The kernels of reductions. */
export const reduceKernels: Record<string, DirectKernel> = {
  Sum: kernel(sum, "axis", (dtype) => (dtype === "bool" ? "int32" : dtype)),
  Mean: kernel(mean, "axis", () => "float32"),
  Max: kernel(max, "reductionIndices", (dtype) => dtype),
  Min: kernel(min, "axis", (dtype) => dtype),
};

type Dtype = "float32" | "int32" | "bool";

function kernel(loop: Loop, axisName: string, dtypeOf: (dtype: Dtype) => Dtype): DirectKernel {
  return ({ inputs: { x }, backend, attrs }, { util }) => {
    const values = x && valuesOf(backend, x);
    if (!values || x.dtype === "complex64" || values.length === 0) return undefined;
    const axes = util.parseAxisParam(attrs[axisName] as number[], x.shape);
    const kept = x.shape.filter((_, axis) => !axes.includes(axis));
    const { ordered, box } = arrange(values, x.shape, axes);
    const dtype = dtypeOf(x.dtype as Dtype);
    const out = resultFor(backend, dtype, sizeOf(kept));
    loop(ordered, box, out);
    const shape = attrs.keepDims
      ? x.shape.map((length, axis) => (axes.includes(axis) ? 1 : length))
      : kept;
    return backend.makeTensorInfo(shape, dtype, out);
  };
}

/** The tensor with its reduced axes beside each other: as it is, or with these moved to its end. */
function arrange(values: Values, shape: number[], axes: number[]): { ordered: Values; box: Box } {
  const isReduced = shape.map((_, axis) => axes.includes(axis));
  const first = isReduced.indexOf(true);
  const end = isReduced.lastIndexOf(true) + 1;
  if (first < 0) return { ordered: values, box: { outer: values.length, reduced: 1, inner: 1 } };
  if (!isReduced.slice(first, end).includes(false)) {
    const [outer, reduced, inner] = [
      shape.slice(0, first),
      shape.slice(first, end),
      shape.slice(end),
    ].map(sizeOf) as [number, number, number];
    return { ordered: values, box: { outer, reduced, inner } };
  }
  const order = [...shape.keys()].sort(
    (a, b) => Number(isReduced[a]) - Number(isReduced[b]) || a - b,
  );
  const own = stridesOf(shape);
  const target = order.map((axis) => shape[axis]!);
  const ordered = values.slice();
  const source = { strides: order.map((axis) => own[axis]!) };
  copy(target, values, source, ordered, { strides: stridesOf(target) });
  const reduced = sizeOf(shape.filter((_, axis) => isReduced[axis]));
  return { ordered, box: { outer: values.length / reduced, reduced, inner: 1 } };
}

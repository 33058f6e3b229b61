import { copy } from "./copy.js";
import {
  type DirectKernel,
  resultFor,
  sizeOf,
  stridesOf,
  type Values,
  valuesOf,
} from "./kernel.js";

/** Fills `out` from `a` and `b`, of which each advances by 1 or, where it is a single value, by 0. */
type Loop = (a: Values, stepA: number, b: Values, stepB: number, out: Values) => void;

/**
 * Ops on two tensors, each with a loop of its own: V8 compiles a loop that calls one of many functions to slow code.
 */
const loops: Record<string, Loop> = {
  Add: (a, p, b, q, out) => {
    for (let i = 0; i < out.length; i++) out[i] = a[i * p]! + b[i * q]!;
  },
  Sub: (a, p, b, q, out) => {
    for (let i = 0; i < out.length; i++) out[i] = a[i * p]! - b[i * q]!;
  },
  Multiply: (a, p, b, q, out) => {
    for (let i = 0; i < out.length; i++) out[i] = a[i * p]! * b[i * q]!;
  },
  RealDiv: (a, p, b, q, out) => {
    for (let i = 0; i < out.length; i++) out[i] = a[i * p]! / b[i * q]!;
  },
  Maximum: (a, p, b, q, out) => {
    for (let i = 0; i < out.length; i++) out[i] = Math.max(a[i * p]!, b[i * q]!);
  },
  Minimum: (a, p, b, q, out) => {
    for (let i = 0; i < out.length; i++) out[i] = Math.min(a[i * p]!, b[i * q]!);
  },
  SquaredDifference: (a, p, b, q, out) => {
    for (let i = 0; i < out.length; i++) {
      const difference = a[i * p]! - b[i * q]!;
      out[i] = difference * difference;
    }
  },
  Pow: (a, p, b, q, out) => {
    for (let i = 0; i < out.length; i++) out[i] = a[i * p]! ** b[i * q]!;
  },
};

/** Ops whose result is true or false. */
const comparisons: Record<string, Loop> = {
  Greater: (a, p, b, q, out) => {
    for (let i = 0; i < out.length; i++) out[i] = a[i * p]! > b[i * q]! ? 1 : 0;
  },
  GreaterEqual: (a, p, b, q, out) => {
    for (let i = 0; i < out.length; i++) out[i] = a[i * p]! >= b[i * q]! ? 1 : 0;
  },
  Less: (a, p, b, q, out) => {
    for (let i = 0; i < out.length; i++) out[i] = a[i * p]! < b[i * q]! ? 1 : 0;
  },
  LessEqual: (a, p, b, q, out) => {
    for (let i = 0; i < out.length; i++) out[i] = a[i * p]! <= b[i * q]! ? 1 : 0;
  },
  Equal: (a, p, b, q, out) => {
    for (let i = 0; i < out.length; i++) out[i] = a[i * p]! === b[i * q]! ? 1 : 0;
  },
  NotEqual: (a, p, b, q, out) => {
    for (let i = 0; i < out.length; i++) out[i] = a[i * p]! !== b[i * q]! ? 1 : 0;
  },
  LogicalAnd: (a, p, b, q, out) => {
    for (let i = 0; i < out.length; i++) out[i] = a[i * p]! && b[i * q]!;
  },
  LogicalOr: (a, p, b, q, out) => {
    for (let i = 0; i < out.length; i++) out[i] = a[i * p]! || b[i * q]!;
  },
};

/** @internal The kernels of ops on two tensors, which broadcast. */
export const binaryKernels: Record<string, DirectKernel> = {
  ...kernelsOf(loops),
  ...kernelsOf(comparisons, "bool"),
};

function kernelsOf(named: Record<string, Loop>, dtype?: "bool"): Record<string, DirectKernel> {
  return Object.fromEntries(
    Object.entries(named).map(([name, loop]) => [name, kernel(loop, dtype)]),
  );
}

function kernel(loop: Loop, dtype?: "bool"): DirectKernel {
  return ({ inputs: { a, b }, backend }, { backend_util }) => {
    const left = a && valuesOf(backend, a);
    const right = b && valuesOf(backend, b);
    if (!left || !right || a.dtype === "complex64" || b.dtype === "complex64") return undefined;
    const shape = backend_util.assertAndGetBroadcastShape(a.shape, b.shape);
    const out = resultFor(backend, dtype ?? a.dtype, sizeOf(shape));
    const [first, stepA] = broadcast(left, a.shape, shape, out.length);
    const [second, stepB] = broadcast(right, b.shape, shape, out.length);
    loop(first, stepA, second, stepB, out);
    return backend.makeTensorInfo(shape, dtype ?? a.dtype, out);
  };
}

/** The values as a shape has them, and the step from one to the next. */
function broadcast(
  values: Values,
  from: readonly number[],
  to: readonly number[],
  size: number,
): [Values, number] {
  if (values.length === size) return [values, 1];
  if (values.length === 1) return [values, 0];
  const missing = to.length - from.length;
  const own = stridesOf(from);
  const strides = to.map((_, axis) => {
    const at = axis - missing;
    return at < 0 || from[at] === 1 ? 0 : own[at]!;
  });
  const out = values instanceof Float32Array ? new Float32Array(size) : new Int32Array(size);
  copy(to, values, { strides }, out, { strides: stridesOf(to) });
  return [out, 1];
}

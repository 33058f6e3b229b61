import { type DirectKernel, floats, resultFloats } from "./kernel.js";

type Loop = (x: Float32Array, out: Float32Array, attrs: Record<string, number>) => void;

/** Ops on one tensor of float32, each with a loop of its own and the formula of tfjs's kernel. */
const loops: Record<string, Loop> = {
  Relu: (x, out) => {
    for (let i = 0; i < x.length; i++) out[i] = Math.max(0, x[i]!);
  },
  Relu6: (x, out) => {
    for (let i = 0; i < x.length; i++) out[i] = Math.min(Math.max(0, x[i]!), 6);
  },
  Elu: (x, out) => {
    for (let i = 0; i < x.length; i++) out[i] = x[i]! >= 0 ? x[i]! : Math.exp(x[i]!) - 1;
  },
  Step: (x, out, { alpha }) => {
    for (let i = 0; i < x.length; i++) {
      const value = x[i]!;
      out[i] = Number.isNaN(value) ? value : value > 0 ? 1 : alpha!;
    }
  },
  ClipByValue: (x, out, { clipValueMin: least, clipValueMax: most }) => {
    for (let i = 0; i < x.length; i++) {
      const value = x[i]!;
      if (value > most!) out[i] = most!;
      else if (value < least!) out[i] = least!;
      else out[i] = value;
    }
  },
  Floor: (x, out) => {
    for (let i = 0; i < x.length; i++) out[i] = Math.floor(x[i]!);
  },
  Ceil: (x, out) => {
    for (let i = 0; i < x.length; i++) out[i] = Math.ceil(x[i]!);
  },
  /** Halves go to the even neighbour. */
  Round: (x, out) => {
    for (let i = 0; i < x.length; i++) {
      const value = x[i]!;
      const base = Math.floor(value);
      const rest = value - base;
      if (rest < 0.5) out[i] = base;
      else if (rest > 0.5) out[i] = Math.ceil(value);
      else out[i] = base % 2 === 0 ? base : base + 1;
    }
  },
  Sign: (x, out) => {
    for (let i = 0; i < x.length; i++) out[i] = x[i]! < 0 ? -1 : x[i]! > 0 ? 1 : 0;
  },
  Neg: (x, out) => {
    for (let i = 0; i < x.length; i++) out[i] = -x[i]!;
  },
  Abs: (x, out) => {
    for (let i = 0; i < x.length; i++) out[i] = Math.abs(x[i]!);
  },
  Square: (x, out) => {
    for (let i = 0; i < x.length; i++) out[i] = x[i]! * x[i]!;
  },
  Sqrt: (x, out) => {
    for (let i = 0; i < x.length; i++) out[i] = Math.sqrt(x[i]!);
  },
  Rsqrt: (x, out) => {
    for (let i = 0; i < x.length; i++) out[i] = 1 / Math.sqrt(x[i]!);
  },
  Reciprocal: (x, out) => {
    for (let i = 0; i < x.length; i++) out[i] = 1 / x[i]!;
  },
  Exp: (x, out) => {
    for (let i = 0; i < x.length; i++) out[i] = Math.exp(x[i]!);
  },
  Log: (x, out) => {
    for (let i = 0; i < x.length; i++) out[i] = Math.log(x[i]!);
  },
  Sigmoid: (x, out) => {
    for (let i = 0; i < x.length; i++) out[i] = 1 / (1 + Math.exp(-x[i]!));
  },
  Tanh: (x, out) => {
    for (let i = 0; i < x.length; i++) out[i] = Math.tanh(x[i]!);
  },
};

/** @internal The kernels of ops on one tensor. */
export const unaryKernels: Record<string, DirectKernel> = Object.fromEntries(
  Object.entries(loops).map(([name, loop]): [string, DirectKernel] => [
    name,
    ({ inputs: { x }, backend, attrs }) => {
      const values = floats(backend, x);
      if (!values) return undefined;
      const out = resultFloats(backend, values.length);
      loop(values, out, attrs as Record<string, number>);
      return backend.makeTensorInfo(x!.shape, "float32", out);
    },
  ]),
);

/** @internal An activation within a fused kernel, computed in place; `undefined` for another one. */
export function activate(values: Float32Array, activation: unknown): boolean {
  if (activation === undefined || activation === null || activation === "linear") return true;
  const names: Record<string, string> = {
    relu: "Relu",
    relu6: "Relu6",
    elu: "Elu",
    sigmoid: "Sigmoid",
  };
  const loop = loops[names[activation as string] ?? ""];
  loop?.(values, values, {});
  return loop !== undefined;
}

import { tf } from "../../tf.js";
import type { KernelSignature } from "../call.js";
import { type Layout, layoutOf } from "./layout.js";

/** @internal A call that adds up values of its input, in double precision and in their order. */
export interface Reduction {
  /** How the sums lie, seen from the input. */
  layout: Layout;
  /** The term that a value adds, as an expression. */
  term(value: string): string;
}

/** @internal The reduction that a call is; `undefined` for another call. */
export function reductionOf(name: string, signature: KernelSignature): Reduction | undefined {
  if (name !== "Sum" && name !== "Mean") return undefined;
  const [input] = signature.inputs;
  const { dtype, shape } = input!;
  if (dtype !== "float32" || shape.includes(0)) return undefined;
  const axes = tf.util.parseAxisParam(signature.attrs.axis as number[], shape);
  const sums = shape.map((length, axis) => (axes.includes(axis) ? 1 : length));
  const count = axes.reduce((product, axis) => product * shape[axis]!, 1);
  if (count === 1) return undefined;
  const divisor = Math.fround(count);
  return {
    layout: layoutOf(sums, shape),
    // tfjs divides each value, and rounds the quotient.
    term: (value) => (name === "Sum" ? value : `Math.fround(${value} / ${divisor})`),
  };
}

import { multiplyTwice, roundingShift, saturate, word16 } from "../arithmetic/index.js";
import { type Gate, type Product, recurrentProduct } from "./gates.js";
import { multiply } from "./matmul.js";

/** Computes the candidate before tanh, on the scale 2⁻¹², of a time step. */
export type Candidate = (
  time: number,
  h: Int16Array,
  reset: Int16Array,
  values: Int16Array,
) => void;

/** The reset gate multiplies the recurrent product. */
export function resetAfter(gate: Gate): Candidate {
  return (time, h, reset, values) => {
    recurrentProduct(gate, h, values);
    const from = time * values.length;
    for (let u = 0; u < values.length; u++) {
      const product = roundingShift(reset[u]! * values[u]!, 15);
      values[u] = saturate(product + gate.products[from + u]!, word16);
    }
  };
}

/** The reset gate multiplies the hidden state. */
export function resetBefore(gate: Gate, product: Product, zeroPoint: number): Candidate {
  const units = product.biases.length;
  const gated = new Int16Array(units);
  const sums = new Int32Array(units);
  const { multiplier, shift } = product.factor;
  return (time, h, reset, values) => {
    for (let u = 0; u < units; u++) gated[u] = roundingShift(reset[u]! * (h[u]! - zeroPoint), 8);
    multiply(gated, 0, 1, units, product.weights, product.biases, sums, 0);
    for (let u = 0; u < units; u++) {
      const part = multiplyTwice(sums[u]!, multiplier, shift);
      values[u] = saturate(part + gate.products[time * units + u]!, word16);
    }
  };
}

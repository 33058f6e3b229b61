import { describe, expect, it } from "vitest";
import type { TableFunction } from "../../src/integer/index.js";
import { oneOp, tensor } from "./oneOp.js";

/** The integral of f from 0 to x, by Simpson's rule. */
function integral(f: (t: number) => number, x: number): number {
  const n = 2000;
  const h = x / n;
  let sum = f(0) + f(x);
  for (let i = 1; i < n; i++) sum += (i % 2 === 1 ? 4 : 2) * f(i * h);
  return (sum * h) / 3;
}

const erf = (x: number) => (2 / Math.sqrt(Math.PI)) * integral((t) => Math.exp(-t * t), x);

/** The functions as their papers define them, in float64. */
const defined: Record<TableFunction, (x: number) => number> = {
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  tanh: (x) => (Math.exp(2 * x) - 1) / (Math.exp(2 * x) + 1),
  // Hendrycks and Gimpel 2016, arXiv:1606.08415.
  gelu: (x) => (x / 2) * (1 + erf(x / Math.SQRT2)),
  exp: Math.exp,
  // Clevert et al. 2015, arXiv:1511.07289.
  elu: (x) => (x > 0 ? x : Math.exp(x) - 1),
  // Klambauer et al. 2017, arXiv:1706.02515.
  selu: (x) => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * (Math.exp(x) - 1)),
  softplus: (x) => Math.log(1 + Math.exp(x)),
  softsign: (x) => x / (1 + Math.abs(x)),
  swish: (x) => x / (1 + Math.exp(-x)),
  // TensorFlow.js, as Keras 2.
  hardSigmoid: (x) => Math.min(1, Math.max(0, x / 5 + 1 / 2)),
  // Misra 2019, arXiv:1908.08681: tanh(softplus(x)) in powers of e.
  mish: (x) => (x * ((1 + Math.exp(x)) ** 2 - 1)) / ((1 + Math.exp(x)) ** 2 + 1),
};

describe("the table of a function", () => {
  it.each(Object.entries(defined))("%s has the nearest code of each value", (name, of) => {
    for (const [from, to, zeroPoint] of [
      [0.05, 0.03, -7],
      [0.02, 0.013, 40],
      [0.09, 0.11, 0],
    ] as const) {
      const grids = [
        tensor([1, 256], { scale: Float32Array.of(from), zeroPoint: Int32Array.of(3) }),
        tensor([1, 256], { scale: Float32Array.of(to), zeroPoint: Int32Array.of(zeroPoint) }),
      ];
      const codes = Int16Array.from({ length: 256 }, (_, i) => i - 128);
      const [found] = oneOp({ type: "table", function: name as TableFunction }, grids).run([codes]);
      for (const [i, code] of codes.entries()) {
        const exact = of(Math.fround(from) * (code - 3)) / Math.fround(to) + zeroPoint;
        const clamped = Math.max(-128, Math.min(127, exact));
        // Float32 steps may tell a value next to a half from the exact one.
        expect(Math.abs(found![i]! - clamped), `${name} of code ${code}`).toBeLessThan(0.5001);
      }
    }
  });
});

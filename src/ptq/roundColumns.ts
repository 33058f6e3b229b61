import { inverseFactor } from "./cholesky.js";
import { type KernelGrid, nearestCode } from "./grid.js";

/** Options of {@link roundColumns}. */
export interface ColumnOptions {
  /** The share of the Hessian's mean diagonal that is added to its diagonal. */
  damping: number;
  /** Whether inputs go in the order of their diagonal, the largest first; else as they stand. */
  activationOrder: boolean;
}

/**
 * @internal
 * GPTQ on one matrix: rounds the weights of one input after the other, and lets the weights of the inputs
 * still to come make up for the error, as the inverse Hessian says. Frantar et al. 2023,
 * arXiv:2210.17323, algorithm 1.
 *
 * An input that was always 0 has no say: its weights are rounded to nearest.
 *
 * @param weights k × n, row by row: the weights of each input to the outputs; changed
 * @param hessian k × k, Σ x·xᵀ but for a factor; changed
 * @param grid of each of the n outputs
 * @returns the codes, k × n
 */
export function roundColumns(
  weights: Float64Array,
  hessian: Float64Array,
  grid: KernelGrid,
  { damping, activationOrder }: ColumnOptions,
): Int32Array {
  const k = Math.round(Math.sqrt(hessian.length));
  const n = weights.length / k;
  let sum = 0;
  for (let i = 0; i < k; i++) {
    if (hessian[i * k + i] === 0) hessian[i * k + i] = 1;
    sum += hessian[i * k + i]!;
  }
  const order = Array.from({ length: k }, (_, i) => i);
  if (activationOrder) order.sort((a, b) => hessian[b * k + b]! - hessian[a * k + a]!);
  const damped = new Float64Array(k * k);
  order.forEach((row, i) => {
    order.forEach((column, j) => {
      damped[i * k + j] = hessian[row * k + column]! + (i === j ? (damping * sum) / k : 0);
    });
  });
  const u = inverseFactor(damped, k);
  const codes = new Int32Array(k * n);
  const errors = new Float64Array(n);
  for (let i = 0; i < k; i++) {
    for (let output = 0; output < n; output++) {
      const at = order[i]! * n + output;
      const scale = grid.scale[output]!;
      const zeroPoint = grid.zeroPoint[output]!;
      // A channel without width has the one value 0.
      codes[at] = nearestCode(weights[at]! / scale || 0, zeroPoint, grid);
      const error = weights[at]! - scale * (codes[at]! - zeroPoint);
      errors[output] = error / u[i * k + i]!;
    }
    for (let later = i + 1; later < k; later++) {
      const row = order[later]! * n;
      const share = u[i * k + later]!;
      for (let output = 0; output < n; output++) weights[row + output]! -= errors[output]! * share;
    }
  }
  return codes;
}

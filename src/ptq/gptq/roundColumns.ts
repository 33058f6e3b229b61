import { type KernelGrid, nearestCode } from "../network/kernelGrid.js";
import { inverseFactor } from "./cholesky.js";

/** Options of {@link roundColumns}. */
export interface ColumnOptions {
  /** The share of the Hessian's mean diagonal that is added to its diagonal. */
  damping: number;
  /**
   * Whether inputs are rounded in the order of the Hessian's diagonal, the largest first; else in the kernel's
   * order.
   */
  activationOrder: boolean;
}

/**
 * @internal
 * GPTQ on one matrix rounds the weights of one input after the other, and lets the weights of the inputs still
 * to be rounded make up for the error, by the inverse Hessian. Frantar et al. 2023, arXiv:2210.17323, algorithm
 * 1.
 *
 * The weights of an input that was always 0 are rounded to nearest.
 *
 * @param weights k × n, row by row: the weights of each input to the outputs; they are changed
 * @param hessian k × k, Σ x·xᵀ up to a factor; it is changed
 * @param grid the grid of each of the n outputs
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
      const place = order[i]! * n + output;
      const scale = grid.scale[output]!;
      const zeroPoint = grid.zeroPoint[output]!;
      // A channel whose range has no width has the only value 0.
      codes[place] = nearestCode(weights[place]! / scale || 0, zeroPoint, grid);
      const error = weights[place]! - scale * (codes[place] - zeroPoint);
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

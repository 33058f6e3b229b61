import { carry } from "./carry.js";
import type { Rewriting, TensorId } from "./rewriting.js";

/**
 * @internal
 * Lets matrices be multiplied as matrices. tfjs multiplies them as batches of one matrix each, with a Reshape before
 * and after.
 */
export function multiplyMatrices(ops: Rewriting): void {
  for (const product of ops.ops("BatchMatMulV2")) {
    const matrices = product.inputs.map((input) => matrixIn(ops, input as TensorId));
    if (matrices.some((matrix) => matrix === undefined)) continue;
    product.inputs = matrices as TensorId[];
    carry(ops, product, ([, ...matrix]) => matrix);
  }
}

/** The matrix of a batch of one matrix. */
function matrixIn(ops: Rewriting, batch: TensorId): TensorId | undefined {
  const reshape = ops.makerOf(batch, "Reshape");
  if (!reshape) return undefined;
  const matrix = reshape.inputs[0] as TensorId;
  const shape = ops.shapeOf(matrix);
  const isMatrix = shape.length === 2 && String([1, ...shape]) === String(ops.shapeOf(batch));
  return isMatrix ? matrix : undefined;
}

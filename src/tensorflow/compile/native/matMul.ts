import { nodeBackend } from "../../loading/nodeBackend.js";
import { tf } from "../../tf.js";
import { type Restore, replaceKernel, run } from "./substitute.js";

/**
 * @internal
 * Products of two matrices as `MatMul`, where tfjs takes the op for stacks of matrices: the op for stacks is
 * slower to begin, and TensorFlow doesn't fuse it with a bias and a ReLU. tfjs's dense and recurrent layers make
 * stacks of one matrix; these become `MatMul` where the products have the same bits.
 */
export function replaceMatMul(): Restore {
  return replaceKernel("BatchMatMul", (original) => (call) => {
    const { a, b } = call.inputs as Record<string, tf.Tensor>;
    const { transposeA, transposeB } = call.attrs as Record<string, boolean>;
    const ranks = new Set([a!.rank, b!.rank]);
    if (ranks.size > 1 || ![a!, b!].every(isMatrix)) return original(call);
    if (a!.rank > 2 && !hasSameBits(b!, transposeB!)) return original(call);
    const { TF_ATTR_BOOL } = nodeBackend().binding;
    // The op for matrices adds products with a transposed second factor in another order than the op for stacks.
    const apart = a!.rank > 2 && transposeB;
    const second = apart ? tf.transpose(matrix(b!)) : matrix(b!);
    const transposed = [
      { name: "transpose_a", type: TF_ATTR_BOOL, value: transposeA },
      { name: "transpose_b", type: TF_ATTR_BOOL, value: transposeB && !apart },
    ];
    return stacked(run("MatMul", [matrix(a!), second], transposed), a!.rank);
  });
}

/** The longest sums that both ops add in the same order. */
const longestSum = 128;

/**
 * Whether both ops make the same bits of a product. With longer sums, or with a single column, they add in another
 * order, which optimizers that divide by a gradient's size magnify.
 */
function hasSameBits({ shape }: tf.Tensor, transposed: boolean): boolean {
  const [terms, columns] = shape.slice(-2) as [number, number];
  return transposed ? columns <= longestSum && terms > 1 : terms <= longestSum && columns > 1;
}

/** Whether a tensor is a matrix, or a stack of one. */
function isMatrix({ shape, dtype }: tf.Tensor): boolean {
  const one = shape.slice(0, -2).every((length) => length === 1);
  return dtype === "float32" && shape.length >= 2 && one;
}

function matrix(tensor: tf.Tensor): tf.Tensor {
  return tensor.rank === 2 ? tensor : tf.reshape(tensor, tensor.shape.slice(-2));
}

/** A matrix as a stack of one, of another rank. */
function stacked(tensor: tf.Tensor, rank: number): tf.Tensor {
  if (rank === 2) return tensor;
  return tf.reshape(tensor, [...Array<number>(rank - 2).fill(1), ...tensor.shape]);
}

import { nodeBackend } from "../../loading/nodeBackend.js";
import type { tf } from "../../tf.js";
import { type Restore, replaceKernel, run } from "./substitute.js";

/**
 * @internal
 * Products of two matrices as `MatMul`, where tfjs takes the op for stacks of matrices: the op for stacks is
 * slower to begin, and TensorFlow doesn't fuse it with a bias and a ReLU.
 */
export function replaceMatMul(): Restore {
  return replaceKernel("BatchMatMul", (original) => (call) => {
    const { a, b } = call.inputs as Record<string, tf.Tensor>;
    const { transposeA, transposeB } = call.attrs as Record<string, boolean>;
    const matrices = [a!, b!].every(
      ({ shape, dtype }) => shape.length === 2 && dtype === "float32",
    );
    if (!matrices) return original(call);
    const { TF_ATTR_BOOL } = nodeBackend().binding;
    const transposed = [
      { name: "transpose_a", type: TF_ATTR_BOOL, value: transposeA },
      { name: "transpose_b", type: TF_ATTR_BOOL, value: transposeB },
    ];
    return run("MatMul", [a!, b!], transposed);
  });
}

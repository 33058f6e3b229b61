import { tf } from "../../tensorflow/index.js";
import type { LatentKernel, WeightGrid } from "../oscillation/latentKernels.js";

/**
 * @internal
 * The penalty of a kernel's distance from its grid: a scalar, and its derivative for each weight. The grid is a
 * constant, and gets no gradient.
 */
export type Penalty = (
  weights: tf.Tensor,
  grid: WeightGrid,
  kernel: LatentKernel,
) => { value: tf.Tensor; gradient: tf.Tensor };

/** @internal The penalty of a kernel as a function that tfjs differentiates. */
export function penalize(kernel: LatentKernel, penalty: Penalty): tf.Scalar {
  const op = tf.customGrad((...args: unknown[]) => {
    const [weights, save] = args as [tf.Tensor, (tensors: tf.Tensor[]) => void];
    const { value, gradient } = penalty(weights, kernel.grid(), kernel);
    save([gradient]);
    return {
      value,
      gradFunc: (dy: tf.Tensor, [saved]: tf.Tensor[]) => tf.mul(dy, saved!),
    };
  });
  return op(kernel.latent.read()) as tf.Scalar;
}

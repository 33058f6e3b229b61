import type { GradConfig } from "@tensorflow/tfjs";
import type { tf } from "../../tf.js";
import { type Restore, replaceGradient, run } from "./substitute.js";

/** The op of an activation's gradient, with the inputs that it takes beside dy, and their order. */
interface Native {
  op: string;
  /** Whether it is computed from the activation's output, or from its input. */
  from: "output" | "input";
  /** Whether dy is the second input. */
  dyLast?: boolean;
}

/**
 * The gradients of activations that TensorFlow has an op for. SELU isn't among them: at 0 TensorFlow's op takes the slope
 * of the right side, tfjs and PyTorch that of the left, and sums over dark pixels are exactly 0. ReLU6 differs at exactly 6
 * alone, where TensorFlow's gradient is 0, as PyTorch's, and tfjs's is 1.
 */
const natives: Record<string, Native> = {
  // The gradient is computed from outputs, so that TensorFlow can fuse a convolution, its bias and its ReLU.
  Relu: { op: "ReluGrad", from: "output" },
  Relu6: { op: "Relu6Grad", from: "output" },
  Sigmoid: { op: "SigmoidGrad", from: "output", dyLast: true },
  Tanh: { op: "TanhGrad", from: "output", dyLast: true },
  Softplus: { op: "SoftplusGrad", from: "input" },
};

/** @internal Gradients of activations as one op, in the place of masks, casts and products. */
export function replaceActivations(): Restore {
  const restores = Object.entries(natives).map(([name, native]) =>
    replaceGradient(name, (original) => nativeGradient(native, original)),
  );
  return () => {
    for (const restore of restores) restore();
  };
}

function nativeGradient({ op, from, dyLast }: Native, original: GradConfig) {
  const inputs = original.inputsToSave ?? [];
  const outputs = from === "output" ? [true] : (original.outputsToSave ?? []);
  return {
    inputsToSave: from === "input" ? ["x"] : inputs,
    outputsToSave: outputs,
    gradFunc: (dy: tf.Tensor | tf.Tensor[], saved: tf.Tensor[]) => {
      const value = from === "output" ? saved.at(-1)! : saved[0]!;
      const pair = [dy as tf.Tensor, value];
      return { x: () => run(op, dyLast ? pair.reverse() : pair) };
    },
  };
}

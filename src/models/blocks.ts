import type { Layer } from "../graph/index.js";
import { tf } from "../tensorflow/index.js";
import type { Initializers } from "./initializers.js";

/** @internal Applies layers one after the other. */
export function chain(x: tf.SymbolicTensor, ...layers: Layer[]): tf.SymbolicTensor {
  return layers.reduce((y, layer) => layer.apply(y) as tf.SymbolicTensor, x);
}

/** @internal Batch normalization, then ReLU, ReLU6 or nothing. */
export function normalized(
  name: string,
  { activation = "relu" }: { activation?: "relu" | "relu6" | "linear" } = {},
): Layer[] {
  // The moving averages span about ten steps: an epoch of a small data set has no more than twenty steps.
  const normalization = tf.layers.batchNormalization({ name: `${name}_bn`, momentum: 0.9 });
  if (activation === "linear") return [normalization];
  const maxValue = activation === "relu6" ? 6 : undefined;
  return [normalization, tf.layers.reLU({ name: `${name}_${activation}`, maxValue })];
}

/** @internal A convolution without bias: a batch normalization follows it. */
export function convolution(
  name: string,
  {
    filters,
    weights,
    kernelSize = 3,
    strides = 1,
  }: { filters: number; weights: Initializers; kernelSize?: number; strides?: number },
): Layer {
  return tf.layers.conv2d({
    name,
    filters,
    kernelSize,
    strides,
    padding: "same",
    useBias: false,
    kernelInitializer: weights.he(),
  });
}

import type { Layer } from "../models/topology.js";
import { tf } from "../tensorflow/index.js";
import { windowOf } from "./linear.js";

/**
 * @internal
 * Σ x·xᵀ over all positions of a batch, x what one output of a layer sees: its inputs, or a
 * convolution's patch of them, in the kernel's order. Shape `[groups, k, k]`; a depthwise convolution
 * has a group for each input channel, others have one.
 */
export function outerProducts(layer: Layer, inputs: tf.Tensor): tf.Tensor3D {
  const [size] = inputs.shape as [number];
  const [kernel] = layer.getWeights();
  const area = kernel!.rank === 4 ? kernel!.shape[0]! * kernel!.shape[1]! : 1;
  const part = Math.max(1, Math.floor((most * size) / (inputs.size * area)));
  let total: tf.Tensor3D | undefined;
  for (let start = 0; start < size; start += part) {
    const sum = tf.tidy(() => {
      const rows = patches(layer, inputs.slice(start, Math.min(part, size - start)));
      const products = tf.matMul(rows, rows, true) as tf.Tensor3D;
      return total ? total.add(products) : products;
    }) as tf.Tensor3D;
    total?.dispose();
    total = sum;
  }
  return total!;
}

/** Values in the patches that are held at a time: 64 MB. */
const most = 2 ** 24;

/** What each output sees, `[groups, positions, k]`. */
function patches(layer: Layer, inputs: tf.Tensor): tf.Tensor3D {
  const kernel = layer.getWeights()[0]!;
  const type = layer.getClassName();
  if (type === "Dense") return inputs.reshape([1, -1, kernel.shape[0]!]);
  const [height, width, channels] = kernel.shape as [number, number, number];
  const { strides, padding, dilationRate } = windowOf(layer);
  const area = height * width;
  // Kernels of a single 1 pick each place of the window: their outputs are the patches.
  const pick = tf.eye(area).reshape([height, width, 1, area]) as tf.Tensor4D;
  const picked = tf
    .depthwiseConv2d(
      inputs as tf.Tensor4D,
      pick.tile([1, 1, channels, 1]),
      strides,
      padding,
      "NHWC",
      dilationRate,
    )
    .reshape([-1, channels, area]);
  return type === "DepthwiseConv2D"
    ? picked.transpose([1, 0, 2])
    : picked.transpose([0, 2, 1]).reshape([1, -1, area * channels]);
}

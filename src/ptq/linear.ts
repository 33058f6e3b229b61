import type { Layer } from "../models/topology.js";
import { tf } from "../tensorflow/index.js";

/** The part of a convolution's configuration that says which inputs meet which weights. */
export interface Window {
  strides: [number, number];
  padding: "same" | "valid";
  dilationRate: [number, number];
}

/** @internal */
export function windowOf(layer: Layer): Window {
  const { strides, padding, dilationRate } = layer.getConfig() as unknown as Window;
  return { strides, padding, dilationRate };
}

/**
 * @internal
 * What a Conv2D, DepthwiseConv2D or Dense layer computes of its inputs before bias and nonlinearity.
 *
 * @param kernel in place of the layer's own
 */
export function linear(layer: Layer, x: tf.Tensor, kernel: tf.Tensor): tf.Tensor {
  const type = layer.getClassName();
  if (type === "Dense") {
    const rows = x.reshape([-1, kernel.shape[0]!]);
    return tf.matMul(rows, kernel as tf.Tensor2D).reshape([...x.shape.slice(0, -1), -1]);
  }
  const { strides, padding, dilationRate } = windowOf(layer);
  const convolve = type === "DepthwiseConv2D" ? tf.depthwiseConv2d : tf.conv2d;
  return convolve(x as tf.Tensor4D, kernel as tf.Tensor4D, strides, padding, "NHWC", dilationRate);
}

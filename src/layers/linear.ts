import { tf } from "../tensorflow/index.js";
import type { Layer } from "./layer.js";
import { weightAt } from "./parts.js";
import { isChannelsFirst } from "./positions.js";
import type { LinearMap } from "./rule.js";

/** The options of a convolution that say which inputs meet which weights. */
interface Window<N> {
  strides: N;
  padding: "same" | "valid" | "causal";
  dilationRate: N;
}

type Pair = [number, number];
/** tfjs doesn't export the type of tensors of rank 5. */
type Volumes = Exclude<Parameters<typeof tf.conv3d>[1], tf.TensorLike>;

/** @internal The linear map of a Dense layer. */
export const dense: LinearMap = (_, x, kernel) => {
  const rows = x.reshape([-1, kernel.shape[0]!]);
  return tf.matMul(rows, kernel as tf.Tensor2D).reshape([...x.shape.slice(0, -1), -1]);
};

/** @internal The linear map of a Conv1D layer, computed as that of a Conv2D of height 1. */
export const conv1d: LinearMap = (layer, x, kernel) => {
  const { strides, padding, dilationRate } = windowOf<[number]>(layer);
  const last = channelsAtEnd(layer, x);
  const before = padding === "causal" ? (kernel.shape[0]! - 1) * dilationRate[0] : 0;
  const padded =
    before > 0
      ? tf.pad(last, [
          [0, 0],
          [before, 0],
          [0, 0],
        ])
      : last;
  const rows = tf.conv2d(
    padded.expandDims(1) as tf.Tensor4D,
    kernel.expandDims(0) as tf.Tensor4D,
    [1, strides[0]],
    padding === "causal" ? "valid" : padding,
    "NHWC",
    [1, dilationRate[0]],
  );
  return rows.squeeze([1]);
};

/** The linear map of a convolution of images `[n, height, width, channels]`. */
function onImages(
  convolve: (
    x: tf.Tensor4D,
    kernel: tf.Tensor4D,
    strides: Pair,
    padding: "same",
    dataFormat: "NHWC",
    dilationRate: Pair,
  ) => tf.Tensor,
): LinearMap {
  return (layer, x, kernel) => {
    const { strides, padding, dilationRate } = windowOf<Pair>(layer);
    const images = channelsAtEnd(layer, x) as tf.Tensor4D;
    return convolve(
      images,
      kernel as tf.Tensor4D,
      strides,
      padding as "same",
      "NHWC",
      dilationRate,
    );
  };
}

/** @internal The linear map of a Conv2D layer. */
export const conv2d = onImages((...args) => tf.conv2d(...args));

/** @internal The linear map of a Conv3D layer. */
export const conv3d: LinearMap = (layer, x, kernel) => {
  const { strides, padding, dilationRate } = windowOf<[number, number, number]>(layer);
  return tf.conv3d(
    channelsAtEnd(layer, x) as Volumes,
    kernel as Volumes,
    strides,
    padding as "same",
    "NDHWC",
    dilationRate,
  );
};

/** @internal The linear map of a DepthwiseConv2D layer, and of a SeparableConv2D layer's first kernel. */
export const depthwise = onImages((...args) => tf.depthwiseConv2d(...args));

/** @internal The linear map of a SeparableConv2D layer's second kernel. */
export const pointwise: LinearMap = (_, x, kernel) =>
  tf.conv2d(x as tf.Tensor4D, kernel as tf.Tensor4D, 1, "valid");

/**
 * @internal
 * The values that a SeparableConv2D layer's second kernel multiplies, which are the outputs of the first
 * kernel.
 */
export function separated(layer: Layer, x: tf.Tensor): tf.Tensor {
  return depthwise(layer, x, weightAt(layer, "depthwiseKernel").read());
}

/** @internal The linear map of a Conv2DTranspose layer. */
export const transposed: LinearMap = (layer, x, kernel) => {
  const { strides, padding } = windowOf<Pair>(layer);
  const shape = layer.computeOutputShape(x.shape) as number[];
  const [batch, ...sizes] = isChannelsFirst(layer)
    ? [shape[0]!, shape[2]!, shape[3]!]
    : (shape.slice(0, 3) as [number, number, number]);
  return tf.conv2dTranspose(
    channelsAtEnd(layer, x) as tf.Tensor4D,
    kernel as tf.Tensor4D,
    [batch!, ...sizes, kernel.shape[2]!] as [number, number, number, number],
    strides,
    padding as "same",
  );
};

function windowOf<N>(layer: Layer): Window<N> {
  return layer.getConfig() as unknown as Window<N>;
}

function channelsAtEnd(layer: Layer, x: tf.Tensor): tf.Tensor {
  if (!isChannelsFirst(layer)) return x;
  const positions = [...x.shape.keys()].slice(2);
  return x.transpose([0, ...positions, 1]);
}

import type { IntegerTensor } from "../program/index.js";

/** Where the windows of a convolution or a pooling lie. */
export interface Geometry {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly strideY: number;
  readonly strideX: number;
  readonly dilationY: number;
  readonly dilationX: number;
  /** The rows above the first one, and the columns before the first one, that the first window covers. */
  readonly padTop: number;
  readonly padLeft: number;
}

interface WindowOptions {
  readonly strides: readonly [number, number];
  readonly padding: "same" | "valid";
  readonly dilations?: readonly [number, number];
}

/** The geometry of windows of a size over `[1, h, w, c]`. */
export function geometryOf(
  input: IntegerTensor,
  output: IntegerTensor,
  size: readonly [number, number],
  { strides, padding, dilations = [1, 1] }: WindowOptions,
): Geometry {
  const [, height = 1, width = 1, channels = 1] = input.shape;
  const [, outHeight = 1, outWidth = 1] = output.shape;
  const pad = (length: number, out: number, axis: 0 | 1) =>
    padding === "valid" ? 0 : padBefore(length, out, size[axis], strides[axis], dilations[axis]);
  return {
    height,
    width,
    channels,
    outHeight,
    outWidth,
    kernelHeight: size[0],
    kernelWidth: size[1],
    strideY: strides[0],
    strideX: strides[1],
    dilationY: dilations[0],
    dilationX: dilations[1],
    padTop: pad(height, outHeight, 0),
    padLeft: pad(width, outWidth, 1),
  };
}

/** TensorFlow's padding: half of what the windows lack, the smaller half before. */
export function padBefore(
  length: number,
  out: number,
  size: number,
  stride: number,
  dilation: number,
): number {
  const covered = (out - 1) * stride + (size - 1) * dilation + 1;
  return Math.floor(Math.max(0, covered - length) / 2);
}

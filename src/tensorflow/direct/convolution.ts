import type * as tfjs from "@tensorflow/tfjs";
import { type DirectKernel, floats, type KernelCall } from "./kernel.js";
import { eachPlace, eachWindow, type Info } from "./windows.js";

/** @internal The sizes of a convolution of channels-last tensors without dilation; `undefined` for another one. */
export function convolutionInfo(
  { attrs }: KernelCall,
  shapes: { input: number[]; filter: number[]; depthwise?: boolean },
  { backend_util }: typeof tfjs,
): Info | undefined {
  const { strides, pad, dilations = 1, dataFormat = "NHWC", dimRoundingMode } = attrs;
  const isDilated = ([] as number[]).concat(dilations as number[]).some((by) => by !== 1);
  if (isDilated || dataFormat !== "NHWC") return undefined;
  return backend_util.computeConv2DInfo(
    shapes.input as [number, number, number, number],
    shapes.filter as [number, number, number, number],
    strides as number,
    1,
    pad as "same",
    dimRoundingMode as "floor",
    shapes.depthwise ?? false,
  );
}

/**
 * @internal
 * `Conv2D`. Each sum is rounded to float32 at every step and runs over the filter's rows, columns and channels, as in
 * tfjs's kernel, so that both give the same bits.
 */
export const conv2d: DirectKernel = (call, tf) => {
  const { inputs, backend } = call;
  const x = floats(backend, inputs.x);
  const w = floats(backend, inputs.filter);
  if (!x || !w) return undefined;
  const info = convolutionInfo(call, { input: inputs.x!.shape, filter: inputs.filter!.shape }, tf);
  if (!info) return undefined;
  const y = new Float32Array(tf.util.sizeFromShape(info.outShape));
  convolve(x, w, y, info);
  return backend.makeTensorInfo(info.outShape, "float32", y);
};

function convolve(x: Float32Array, w: Float32Array, y: Float32Array, info: Info): void {
  const { inHeight, inWidth, inChannels: inputs, outChannels: outputs, filterWidth } = info;
  eachWindow(info, (window, at) => {
    const { image, top, left, firstRow, endRow, firstColumn, endColumn } = window;
    const width = (endColumn - firstColumn) * inputs;
    let channel = 0;
    for (; channel + 4 <= outputs; channel += 4) {
      let a = 0;
      let b = 0;
      let c = 0;
      let d = 0;
      for (let row = firstRow; row < endRow; row++) {
        let read = ((image * inHeight + row) * inWidth + firstColumn) * inputs;
        let weight = ((row - top) * filterWidth + firstColumn - left) * inputs * outputs + channel;
        for (const end = read + width; read < end; read++, weight += outputs) {
          const value = x[read]!;
          a = Math.fround(a + value * w[weight]!);
          b = Math.fround(b + value * w[weight + 1]!);
          c = Math.fround(c + value * w[weight + 2]!);
          d = Math.fround(d + value * w[weight + 3]!);
        }
      }
      y[at + channel] = a;
      y[at + channel + 1] = b;
      y[at + channel + 2] = c;
      y[at + channel + 3] = d;
    }
    for (; channel < outputs; channel++) {
      let a = 0;
      for (let row = firstRow; row < endRow; row++) {
        let read = ((image * inHeight + row) * inWidth + firstColumn) * inputs;
        let weight = ((row - top) * filterWidth + firstColumn - left) * inputs * outputs + channel;
        for (const end = read + width; read < end; read++, weight += outputs) {
          a = Math.fround(a + x[read]! * w[weight]!);
        }
      }
      y[at + channel] = a;
    }
  });
}

/** @internal `Conv2DBackpropFilter`: each weight's sum is of double precision and runs over images, rows and columns. */
export const conv2dBackpropFilter: DirectKernel = (call, tf) => {
  const { inputs, backend, attrs } = call;
  const x = floats(backend, inputs.x);
  const dy = floats(backend, inputs.dy);
  if (!x || !dy) return undefined;
  const filter = attrs.filterShape as number[];
  const info = convolutionInfo(call, { input: inputs.x!.shape, filter }, tf);
  if (!info) return undefined;
  const sums = new Float64Array(tf.util.sizeFromShape(filter));
  sumFilterGradient(x, dy, sums, info);
  return backend.makeTensorInfo(info.filterShape, "float32", Float32Array.from(sums));
};

function sumFilterGradient(
  x: Float32Array,
  dy: Float32Array,
  sums: Float64Array,
  info: Info,
): void {
  const { inHeight, inWidth, inChannels: inputs, outChannels: outputs, filterWidth } = info;
  eachWindow(info, (window, at) => {
    const { image, top, left, firstRow, endRow, firstColumn, endColumn } = window;
    for (let row = firstRow; row < endRow; row++) {
      let read = ((image * inHeight + row) * inWidth + firstColumn) * inputs;
      let weight = ((row - top) * filterWidth + firstColumn - left) * inputs * outputs;
      for (const end = read + (endColumn - firstColumn) * inputs; read < end; read++) {
        const value = x[read]!;
        for (let channel = 0; channel < outputs; channel++) {
          sums[weight++]! += value * dy[at + channel]!;
        }
      }
    }
  });
}

/** @internal `Conv2DBackpropInput`: each sum is of double precision and runs over rows, columns and output channels. */
export const conv2dBackpropInput: DirectKernel = (call, tf) => {
  const { inputs, backend, attrs } = call;
  const dy = floats(backend, inputs.dy);
  const w = floats(backend, inputs.filter);
  if (!dy || !w) return undefined;
  const input = attrs.inputShape as number[];
  const info = convolutionInfo(call, { input, filter: inputs.filter!.shape }, tf);
  if (!info) return undefined;
  const dx = new Float32Array(tf.util.sizeFromShape(input));
  sumInputGradient(dy, w, dx, info);
  return backend.makeTensorInfo(info.inShape, "float32", dx);
};

function sumInputGradient(dy: Float32Array, w: Float32Array, dx: Float32Array, info: Info): void {
  const { inChannels, outChannels: outputs, outHeight, outWidth, filterWidth } = info;
  const { strideHeight, strideWidth } = info;
  eachPlace(info, (seen, at) => {
    const { image, bottom, right, firstRow, lastRow, firstColumn, lastColumn } = seen;
    for (let channel = 0; channel < inChannels; channel++) {
      let sum = 0;
      for (let row = firstRow; row <= lastRow; row++) {
        const r = bottom - row * strideHeight;
        for (let column = firstColumn; column <= lastColumn; column++) {
          const c = right - column * strideWidth;
          let read = ((image * outHeight + row) * outWidth + column) * outputs;
          let weight = ((r * filterWidth + c) * inChannels + channel) * outputs;
          for (const end = read + outputs; read < end; ) sum += dy[read++]! * w[weight++]!;
        }
      }
      dx[at + channel] = sum;
    }
  });
}

import type * as tfjs from "@tensorflow/tfjs";
import { type DirectKernel, floats, type KernelCall } from "./kernel.js";

type Info = tfjs.backend_util.Conv2DInfo;

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
  const { inHeight, inWidth, inChannels: inputs, outChannels: outputs } = info;
  const { filterHeight, filterWidth, strideHeight, strideWidth, padInfo } = info;
  let at = 0;
  for (let image = 0; image < info.batchSize; image++) {
    for (let row = 0; row < info.outHeight; row++) {
      const top = row * strideHeight - padInfo.top;
      const firstRow = Math.max(0, -top);
      const endRow = Math.min(filterHeight, inHeight - top);
      for (let column = 0; column < info.outWidth; column++, at += outputs) {
        const left = column * strideWidth - padInfo.left;
        const firstColumn = Math.max(0, -left);
        const endColumn = Math.min(filterWidth, inWidth - left);
        let channel = 0;
        for (; channel + 4 <= outputs; channel += 4) {
          let a = 0;
          let b = 0;
          let c = 0;
          let d = 0;
          for (let r = firstRow; r < endRow; r++) {
            let read = ((image * inHeight + top + r) * inWidth + left + firstColumn) * inputs;
            let weight = (r * filterWidth + firstColumn) * inputs * outputs + channel;
            const end = read + (endColumn - firstColumn) * inputs;
            for (; read < end; read++, weight += outputs) {
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
          for (let r = firstRow; r < endRow; r++) {
            let read = ((image * inHeight + top + r) * inWidth + left + firstColumn) * inputs;
            let weight = (r * filterWidth + firstColumn) * inputs * outputs + channel;
            const end = read + (endColumn - firstColumn) * inputs;
            for (; read < end; read++, weight += outputs) {
              a = Math.fround(a + x[read]! * w[weight]!);
            }
          }
          y[at + channel] = a;
        }
      }
    }
  }
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
  const { inHeight, inWidth, inChannels: inputs, outChannels: outputs } = info;
  const { filterHeight, filterWidth, strideHeight, strideWidth, padInfo } = info;
  let at = 0;
  for (let image = 0; image < info.batchSize; image++) {
    for (let row = 0; row < info.outHeight; row++) {
      const top = row * strideHeight - padInfo.top;
      const firstRow = Math.max(0, -top);
      const endRow = Math.min(filterHeight, inHeight - top);
      for (let column = 0; column < info.outWidth; column++, at += outputs) {
        const left = column * strideWidth - padInfo.left;
        const firstColumn = Math.max(0, -left);
        const endColumn = Math.min(filterWidth, inWidth - left);
        for (let r = firstRow; r < endRow; r++) {
          let read = ((image * inHeight + top + r) * inWidth + left + firstColumn) * inputs;
          let weight = (r * filterWidth + firstColumn) * inputs * outputs;
          const end = read + (endColumn - firstColumn) * inputs;
          for (; read < end; read++) {
            const value = x[read]!;
            for (let channel = 0; channel < outputs; channel++) {
              sums[weight++]! += value * dy[at + channel]!;
            }
          }
        }
      }
    }
  }
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
  const { inHeight, inWidth, inChannels, outChannels: outputs, outHeight, outWidth } = info;
  const { filterHeight, filterWidth, strideHeight, strideWidth, padInfo } = info;
  let at = 0;
  for (let image = 0; image < info.batchSize; image++) {
    for (let row = 0; row < inHeight; row++) {
      const bottom = row + padInfo.top;
      const firstRow = Math.max(0, Math.ceil((bottom - filterHeight + 1) / strideHeight));
      const lastRow = Math.min(outHeight - 1, Math.floor(bottom / strideHeight));
      for (let column = 0; column < inWidth; column++) {
        const right = column + padInfo.left;
        const firstColumn = Math.max(0, Math.ceil((right - filterWidth + 1) / strideWidth));
        const lastColumn = Math.min(outWidth - 1, Math.floor(right / strideWidth));
        for (let channel = 0; channel < inChannels; channel++) {
          let sum = 0;
          for (let yRow = firstRow; yRow <= lastRow; yRow++) {
            const r = bottom - yRow * strideHeight;
            for (let yColumn = firstColumn; yColumn <= lastColumn; yColumn++) {
              const c = right - yColumn * strideWidth;
              let read = ((image * outHeight + yRow) * outWidth + yColumn) * outputs;
              let weight = ((r * filterWidth + c) * inChannels + channel) * outputs;
              const end = read + outputs;
              while (read < end) sum += dy[read++]! * w[weight++]!;
            }
          }
          dx[at++] = sum;
        }
      }
    }
  }
}

import type * as tfjs from "@tensorflow/tfjs";
import { convolutionInfo } from "./convolution.js";
import { type DirectKernel, floats } from "./kernel.js";

type Info = tfjs.backend_util.Conv2DInfo;

/** @internal `DepthwiseConv2dNative`: each sum is rounded to float32 at every step, as in tfjs's kernel. */
export const depthwise: DirectKernel = (call, tf) => {
  const { inputs, backend } = call;
  const x = floats(backend, inputs.x);
  const w = floats(backend, inputs.filter);
  if (!x || !w) return undefined;
  const shapes = { input: inputs.x!.shape, filter: inputs.filter!.shape, depthwise: true };
  const info = convolutionInfo(call, shapes, tf);
  if (!info) return undefined;
  const y = new Float32Array(tf.util.sizeFromShape(info.outShape));
  convolve(x, w, y, info);
  return backend.makeTensorInfo(info.outShape, "float32", y);
};

function convolve(x: Float32Array, w: Float32Array, y: Float32Array, info: Info): void {
  const { inHeight, inWidth, inChannels, outChannels } = info;
  const { filterHeight, filterWidth, strideHeight, strideWidth, padInfo } = info;
  const multiplier = outChannels / inChannels;
  let at = 0;
  for (let image = 0; image < info.batchSize; image++) {
    for (let row = 0; row < info.outHeight; row++) {
      const top = row * strideHeight - padInfo.top;
      const firstRow = Math.max(0, -top);
      const endRow = Math.min(filterHeight, inHeight - top);
      for (let column = 0; column < info.outWidth; column++) {
        const left = column * strideWidth - padInfo.left;
        const firstColumn = Math.max(0, -left);
        const endColumn = Math.min(filterWidth, inWidth - left);
        for (let channel = 0; channel < inChannels; channel++) {
          for (let part = 0; part < multiplier; part++) {
            let sum = 0;
            for (let r = firstRow; r < endRow; r++) {
              const start = (image * inHeight + top + r) * inWidth + left;
              for (let c = firstColumn; c < endColumn; c++) {
                const weight = ((r * filterWidth + c) * inChannels + channel) * multiplier + part;
                sum = Math.fround(sum + x[(start + c) * inChannels + channel]! * w[weight]!);
              }
            }
            y[at++] = sum;
          }
        }
      }
    }
  }
}

/** @internal `DepthwiseConv2dNativeBackpropFilter`, summed in double precision. */
export const depthwiseBackpropFilter: DirectKernel = (call, tf) => {
  const { inputs, backend, attrs } = call;
  const x = floats(backend, inputs.x);
  const dy = floats(backend, inputs.dy);
  if (!x || !dy) return undefined;
  const filter = attrs.filterShape as number[];
  const info = convolutionInfo(call, { input: inputs.x!.shape, filter, depthwise: true }, tf);
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
  const { inHeight, inWidth, inChannels, outChannels } = info;
  const { filterHeight, filterWidth, strideHeight, strideWidth, padInfo } = info;
  const multiplier = outChannels / inChannels;
  let at = 0;
  for (let image = 0; image < info.batchSize; image++) {
    for (let row = 0; row < info.outHeight; row++) {
      const top = row * strideHeight - padInfo.top;
      const firstRow = Math.max(0, -top);
      const endRow = Math.min(filterHeight, inHeight - top);
      for (let column = 0; column < info.outWidth; column++, at += outChannels) {
        const left = column * strideWidth - padInfo.left;
        const firstColumn = Math.max(0, -left);
        const endColumn = Math.min(filterWidth, inWidth - left);
        for (let r = firstRow; r < endRow; r++) {
          const start = (image * inHeight + top + r) * inWidth + left;
          for (let c = firstColumn; c < endColumn; c++) {
            const read = (start + c) * inChannels;
            let weight = (r * filterWidth + c) * outChannels;
            let gradient = at;
            for (let channel = 0; channel < inChannels; channel++) {
              const value = x[read + channel]!;
              for (let part = 0; part < multiplier; part++) {
                sums[weight++]! += value * dy[gradient++]!;
              }
            }
          }
        }
      }
    }
  }
}

/** @internal `DepthwiseConv2dNativeBackpropInput`, summed in double precision. */
export const depthwiseBackpropInput: DirectKernel = (call, tf) => {
  const { inputs, backend, attrs } = call;
  const dy = floats(backend, inputs.dy);
  const w = floats(backend, inputs.filter);
  if (!dy || !w) return undefined;
  const input = attrs.inputShape as number[];
  const shapes = { input, filter: inputs.filter!.shape, depthwise: true };
  const info = convolutionInfo(call, shapes, tf);
  if (!info) return undefined;
  const dx = new Float32Array(tf.util.sizeFromShape(input));
  sumInputGradient(dy, w, dx, info);
  return backend.makeTensorInfo(info.inShape, "float32", dx);
};

function sumInputGradient(dy: Float32Array, w: Float32Array, dx: Float32Array, info: Info): void {
  const { inHeight, inWidth, inChannels, outChannels, outHeight, outWidth } = info;
  const { filterHeight, filterWidth, strideHeight, strideWidth, padInfo } = info;
  const multiplier = outChannels / inChannels;
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
              const read =
                ((image * outHeight + yRow) * outWidth + yColumn) * outChannels +
                channel * multiplier;
              const weight = (r * filterWidth + c) * outChannels + channel * multiplier;
              for (let part = 0; part < multiplier; part++) {
                sum += dy[read + part]! * w[weight + part]!;
              }
            }
          }
          dx[at++] = sum;
        }
      }
    }
  }
}

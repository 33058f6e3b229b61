import { convolutionInfo } from "./convolution.js";
import { type DirectKernel, floats } from "./kernel.js";
import { eachPlace, eachWindow, type Info } from "./windows.js";

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
  const { inHeight, inWidth, inChannels, outChannels, filterWidth } = info;
  const multiplier = outChannels / inChannels;
  eachWindow(info, (window, at) => {
    const { image, top, left, firstRow, endRow, firstColumn, endColumn } = window;
    for (let output = 0; output < outChannels; output++) {
      const input = Math.trunc(output / multiplier);
      let sum = 0;
      for (let row = firstRow; row < endRow; row++) {
        const start = (image * inHeight + row) * inWidth;
        const place = (row - top) * filterWidth - left;
        for (let column = firstColumn; column < endColumn; column++) {
          const weight = w[(place + column) * outChannels + output]!;
          sum = Math.fround(sum + x[(start + column) * inChannels + input]! * weight);
        }
      }
      y[at + output] = sum;
    }
  });
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
  const { inHeight, inWidth, inChannels, outChannels, filterWidth } = info;
  const multiplier = outChannels / inChannels;
  eachWindow(info, (window, at) => {
    const { image, top, left, firstRow, endRow, firstColumn, endColumn } = window;
    for (let row = firstRow; row < endRow; row++) {
      for (let column = firstColumn; column < endColumn; column++) {
        const read = ((image * inHeight + row) * inWidth + column) * inChannels;
        let weight = ((row - top) * filterWidth + column - left) * outChannels;
        let gradient = at;
        for (let channel = 0; channel < inChannels; channel++) {
          const value = x[read + channel]!;
          for (let part = 0; part < multiplier; part++) {
            sums[weight++]! += value * dy[gradient++]!;
          }
        }
      }
    }
  });
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
  const { inChannels, outChannels, outHeight, outWidth, filterWidth } = info;
  const { strideHeight, strideWidth } = info;
  const multiplier = outChannels / inChannels;
  eachPlace(info, (seen, at) => {
    const { image, bottom, right, firstRow, lastRow, firstColumn, lastColumn } = seen;
    for (let channel = 0; channel < inChannels; channel++) {
      const output = channel * multiplier;
      let sum = 0;
      for (let row = firstRow; row <= lastRow; row++) {
        const r = bottom - row * strideHeight;
        for (let column = firstColumn; column <= lastColumn; column++) {
          const c = right - column * strideWidth;
          const read = ((image * outHeight + row) * outWidth + column) * outChannels + output;
          const weight = (r * filterWidth + c) * outChannels + output;
          for (let part = 0; part < multiplier; part++) sum += dy[read + part]! * w[weight + part]!;
        }
      }
      dx[at + channel] = sum;
    }
  });
}

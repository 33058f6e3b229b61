import type * as tfjs from "@tensorflow/tfjs";
import { type DirectKernel, floats, type KernelCall } from "./kernel.js";
import { eachWindow, type Info } from "./windows.js";

/** The sizes of a pooling; `undefined` for one that tfjs gives its input back for. */
function poolingInfo(
  { attrs }: KernelCall,
  shape: number[],
  { backend_util }: typeof tfjs,
): Info | undefined {
  const info = backend_util.computePool2DInfo(
    shape as [number, number, number, number],
    attrs.filterSize as number,
    attrs.strides as number,
    1,
    attrs.pad as "same",
    attrs.dimRoundingMode as "floor",
  );
  return info.filterHeight === 1 && info.filterWidth === 1 ? undefined : info;
}

/** @internal `MaxPool`. A NaN is never the largest. */
export const maxPool: DirectKernel = (call, tf) => {
  const { inputs, backend } = call;
  const x = floats(backend, inputs.x);
  const info = x && poolingInfo(call, inputs.x!.shape, tf);
  if (!info) return undefined;
  const { inHeight, inWidth, inChannels } = info;
  const y = new Float32Array(tf.util.sizeFromShape(info.outShape)).fill(-Infinity);
  eachWindow(info, ({ image, firstRow, endRow, firstColumn, endColumn }, at) => {
    for (let row = firstRow; row < endRow; row++) {
      let read = ((image * inHeight + row) * inWidth + firstColumn) * inChannels;
      for (let column = firstColumn; column < endColumn; column++) {
        for (let channel = 0; channel < inChannels; channel++, read++) {
          if (x[read]! > y[at + channel]!) y[at + channel] = x[read]!;
        }
      }
    }
  });
  return backend.makeTensorInfo(info.outShape, "float32", y);
};

/** @internal `MaxPoolGrad`: of equal largest values the first gets the gradient. */
export const maxPoolGrad: DirectKernel = (call, tf) => {
  const { inputs, backend } = call;
  const x = floats(backend, inputs.input);
  const dy = floats(backend, inputs.dy);
  const info = x && dy && poolingInfo(call, inputs.input!.shape, tf);
  if (!info) return undefined;
  const { inHeight, inWidth, inChannels } = info;
  const sums = new Float64Array(x.length);
  eachWindow(info, ({ image, firstRow, endRow, firstColumn, endColumn }, at) => {
    for (let channel = 0; channel < inChannels; channel++) {
      let largest = -Infinity;
      let place = -1;
      for (let row = firstRow; row < endRow; row++) {
        let read = ((image * inHeight + row) * inWidth + firstColumn) * inChannels + channel;
        for (let column = firstColumn; column < endColumn; column++, read += inChannels) {
          if (x[read]! > largest) {
            largest = x[read]!;
            place = read;
          }
        }
      }
      if (place >= 0) sums[place]! += dy[at + channel]!;
    }
  });
  return backend.makeTensorInfo(inputs.input!.shape, "float32", Float32Array.from(sums));
};

/** @internal `AvgPool`: the mean of the values that a window has within the input. */
export const avgPool: DirectKernel = (call, tf) => {
  const { inputs, backend } = call;
  const x = floats(backend, inputs.x);
  const info = x && poolingInfo(call, inputs.x!.shape, tf);
  if (!info) return undefined;
  const { inHeight, inWidth, inChannels } = info;
  const y = new Float32Array(tf.util.sizeFromShape(info.outShape));
  eachWindow(info, ({ image, firstRow, endRow, firstColumn, endColumn }, at) => {
    const count = (endRow - firstRow) * (endColumn - firstColumn);
    for (let channel = 0; channel < inChannels; channel++) {
      let sum = 0;
      for (let row = firstRow; row < endRow; row++) {
        let read = ((image * inHeight + row) * inWidth + firstColumn) * inChannels + channel;
        for (let column = firstColumn; column < endColumn; column++, read += inChannels) {
          sum += x[read]!;
        }
      }
      y[at + channel] = sum / count;
    }
  });
  return backend.makeTensorInfo(info.outShape, "float32", y);
};

/** @internal `AvgPoolGrad`, as tfjs has it: each value of a window gets the same share, also at a padded border. */
export const avgPoolGrad: DirectKernel = (call, tf) => {
  const { inputs, backend } = call;
  const dy = floats(backend, inputs.dy);
  const info = dy && poolingInfo(call, inputs.input!.shape, tf);
  if (!info) return undefined;
  const { inHeight, inWidth, inChannels } = info;
  const sums = new Float64Array(tf.util.sizeFromShape(info.inShape));
  eachWindow(info, ({ image, firstRow, endRow, firstColumn, endColumn }, at) => {
    for (let row = firstRow; row < endRow; row++) {
      let write = ((image * inHeight + row) * inWidth + firstColumn) * inChannels;
      for (let column = firstColumn; column < endColumn; column++) {
        for (let channel = 0; channel < inChannels; channel++) sums[write++]! += dy[at + channel]!;
      }
    }
  });
  const share = 1 / (info.filterHeight * info.filterWidth);
  const dx = new Float32Array(sums.length);
  for (let i = 0; i < dx.length; i++) dx[i] = sums[i]! * share;
  return backend.makeTensorInfo(info.inShape, "float32", dx);
};

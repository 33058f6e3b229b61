import type * as tfjs from "@tensorflow/tfjs";
import { type DirectKernel, floats, type KernelCall, resultFloats, scratch } from "./kernel.js";
import { type Info, perPlace, windowsOf } from "./windows.js";

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
  const y = resultFloats(backend, tf.util.sizeFromShape(info.outShape));
  takeLargest(x, y, info);
  return backend.makeTensorInfo(info.outShape, "float32", y);
};

function takeLargest(x: Float32Array, y: Float32Array, info: Info): void {
  const { inHeight, inWidth, inChannels: channels } = info;
  const windows = windowsOf(info);
  let at = 0;
  for (let image = 0; image < info.batchSize; image++) {
    for (let t = 0; t < windows.length; t += perPlace) {
      const endRow = windows[t + 1]!;
      const firstColumn = windows[t + 2]!;
      const width = (windows[t + 3]! - firstColumn) * channels;
      for (let channel = 0; channel < channels; channel++, at++) {
        let largest = -Infinity;
        for (let row = windows[t]!; row < endRow; row++) {
          let read = ((image * inHeight + row) * inWidth + firstColumn) * channels + channel;
          for (const end = read + width; read < end; read += channels) {
            if (x[read]! > largest) largest = x[read]!;
          }
        }
        y[at] = largest;
      }
    }
  }
}

/** @internal `MaxPoolGrad`: of equal largest values the first gets the gradient. */
export const maxPoolGrad: DirectKernel = (call, tf) => {
  const { inputs, backend } = call;
  const x = floats(backend, inputs.input);
  const dy = floats(backend, inputs.dy);
  const info = x && dy && poolingInfo(call, inputs.input!.shape, tf);
  if (!info) return undefined;
  const dx = resultFloats(backend, x.length);
  giveToLargest(x, dy, dx, info);
  return backend.makeTensorInfo(inputs.input!.shape, "float32", dx);
};

function giveToLargest(x: Float32Array, dy: Float32Array, dx: Float32Array, info: Info): void {
  const { inHeight, inWidth, inChannels: channels } = info;
  const windows = windowsOf(info);
  const sums = scratch("sums", dx.length).fill(0, 0, dx.length);
  let at = 0;
  for (let image = 0; image < info.batchSize; image++) {
    for (let t = 0; t < windows.length; t += perPlace) {
      const endRow = windows[t + 1]!;
      const firstColumn = windows[t + 2]!;
      const width = (windows[t + 3]! - firstColumn) * channels;
      for (let channel = 0; channel < channels; channel++, at++) {
        let largest = -Infinity;
        let place = -1;
        for (let row = windows[t]!; row < endRow; row++) {
          let read = ((image * inHeight + row) * inWidth + firstColumn) * channels + channel;
          for (const end = read + width; read < end; read += channels) {
            if (x[read]! > largest) {
              largest = x[read]!;
              place = read;
            }
          }
        }
        if (place >= 0) sums[place]! += dy[at]!;
      }
    }
  }
  for (let i = 0; i < dx.length; i++) dx[i] = sums[i]!;
}

/** @internal `AvgPool`: the mean of the values that a window has within the input. */
export const avgPool: DirectKernel = (call, tf) => {
  const { inputs, backend } = call;
  const x = floats(backend, inputs.x);
  const info = x && poolingInfo(call, inputs.x!.shape, tf);
  if (!info) return undefined;
  const y = resultFloats(backend, tf.util.sizeFromShape(info.outShape));
  takeMeans(x, y, info);
  return backend.makeTensorInfo(info.outShape, "float32", y);
};

function takeMeans(x: Float32Array, y: Float32Array, info: Info): void {
  const { inHeight, inWidth, inChannels: channels } = info;
  const windows = windowsOf(info);
  let at = 0;
  for (let image = 0; image < info.batchSize; image++) {
    for (let t = 0; t < windows.length; t += perPlace) {
      const endRow = windows[t + 1]!;
      const firstColumn = windows[t + 2]!;
      const columns = windows[t + 3]! - firstColumn;
      const count = (endRow - windows[t]!) * columns;
      for (let channel = 0; channel < channels; channel++, at++) {
        let sum = 0;
        for (let row = windows[t]!; row < endRow; row++) {
          let read = ((image * inHeight + row) * inWidth + firstColumn) * channels + channel;
          for (const end = read + columns * channels; read < end; read += channels) sum += x[read]!;
        }
        y[at] = sum / count;
      }
    }
  }
}

/** @internal `AvgPoolGrad`, as tfjs has it: each value of a window gets the same share, also at a padded border. */
export const avgPoolGrad: DirectKernel = (call, tf) => {
  const { inputs, backend } = call;
  const dy = floats(backend, inputs.dy);
  const info = dy && poolingInfo(call, inputs.input!.shape, tf);
  if (!info) return undefined;
  const dx = resultFloats(backend, tf.util.sizeFromShape(info.inShape));
  share(dy, dx, info);
  return backend.makeTensorInfo(info.inShape, "float32", dx);
};

function share(dy: Float32Array, dx: Float32Array, info: Info): void {
  const { inHeight, inWidth, inChannels: channels } = info;
  const windows = windowsOf(info);
  const sums = scratch("sums", dx.length).fill(0, 0, dx.length);
  let at = 0;
  for (let image = 0; image < info.batchSize; image++) {
    for (let t = 0; t < windows.length; t += perPlace, at += channels) {
      for (let row = windows[t]!; row < windows[t + 1]!; row++) {
        let write = ((image * inHeight + row) * inWidth + windows[t + 2]!) * channels;
        for (let column = windows[t + 2]!; column < windows[t + 3]!; column++) {
          for (let channel = 0; channel < channels; channel++) sums[write++]! += dy[at + channel]!;
        }
      }
    }
  }
  const part = 1 / (info.filterHeight * info.filterWidth);
  for (let i = 0; i < dx.length; i++) dx[i] = sums[i]! * part;
}

import { convolutionInfo } from "./convolution.js";
import { type DirectKernel, doubles, floats, resultFloats } from "./kernel.js";
import { type Info, outputsOf, perPlace, placesOf, windowsOf } from "./windows.js";

/** @internal `DepthwiseConv2dNative`: each sum is rounded to float32 at every step, as in tfjs's kernel. */
export const depthwise: DirectKernel = (call, tf) => {
  const { inputs, backend } = call;
  const x = floats(backend, inputs.x);
  const w = floats(backend, inputs.filter);
  if (!x || !w) return undefined;
  const shapes = { input: inputs.x!.shape, filter: inputs.filter!.shape, depthwise: true };
  const info = convolutionInfo(call, shapes, tf);
  if (!info) return undefined;
  const y = resultFloats(backend, tf.util.sizeFromShape(info.outShape));
  convolve(x, w, y, info);
  return backend.makeTensorInfo(info.outShape, "float32", y);
};

function convolve(input: Float32Array, filter: Float32Array, y: Float32Array, info: Info): void {
  const { inHeight, inWidth, inChannels: inputs, outChannels: outputs, filterWidth } = info;
  const multiplier = outputs / inputs;
  const x = doubles("x", input);
  const w = doubles("filter", filter);
  const windows = windowsOf(info);
  let at = 0;
  for (let image = 0; image < info.batchSize; image++) {
    for (let t = 0; t < windows.length; t += perPlace, at += outputs) {
      const endRow = windows[t + 1]!;
      const endColumn = windows[t + 3]!;
      // Two channels at a time, whose sums don't wait for each other.
      for (let channel = 0; channel < outputs; channel += 2) {
        const next = Math.min(channel + 1, outputs - 1);
        const first = Math.trunc(channel / multiplier);
        const second = Math.trunc(next / multiplier);
        let a = 0;
        let b = 0;
        for (let row = windows[t]!; row < endRow; row++) {
          const start = (image * inHeight + row) * inWidth;
          const tap = (row - windows[t + 4]!) * filterWidth - windows[t + 5]!;
          for (let column = windows[t + 2]!; column < endColumn; column++) {
            const read = (start + column) * inputs;
            const weight = (tap + column) * outputs;
            a = Math.fround(a + x[read + first]! * w[weight + channel]!);
            b = Math.fround(b + x[read + second]! * w[weight + next]!);
          }
        }
        y[at + channel] = a;
        y[at + next] = next > channel ? b : a;
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
  const dw = resultFloats(backend, tf.util.sizeFromShape(filter));
  sumFilterGradient(x, dy, dw, info);
  return backend.makeTensorInfo(info.filterShape, "float32", dw);
};

function sumFilterGradient(
  input: Float32Array,
  gradient: Float32Array,
  dw: Float32Array,
  info: Info,
): void {
  const { inChannels: inputs, outChannels: outputs, filterHeight, filterWidth } = info;
  const { outHeight, outWidth, inHeight, inWidth, strideHeight, strideWidth, padInfo } = info;
  const multiplier = outputs / inputs;
  const x = doubles("x", input);
  const dy = doubles("dy", gradient);
  let weight = 0;
  for (let r = 0; r < filterHeight; r++) {
    for (let c = 0; c < filterWidth; c++, weight += outputs) {
      const { firstRow, endRow, firstColumn, endColumn } = outputsOf(info, r, c);
      const left = (firstColumn * strideWidth - padInfo.left + c) * inputs;
      for (let channel = 0; channel < outputs; channel += 2) {
        const next = Math.min(channel + 1, outputs - 1);
        const first = Math.trunc(channel / multiplier);
        const second = Math.trunc(next / multiplier) - first;
        let a = 0;
        let b = 0;
        for (let image = 0; image < info.batchSize; image++) {
          for (let row = firstRow; row < endRow; row++) {
            const inRow = image * inHeight + row * strideHeight - padInfo.top + r;
            let read = inRow * inWidth * inputs + left + first;
            let at = ((image * outHeight + row) * outWidth + firstColumn) * outputs + channel;
            for (let column = firstColumn; column < endColumn; column++) {
              a += x[read]! * dy[at]!;
              b += x[read + second]! * dy[at + next - channel]!;
              read += strideWidth * inputs;
              at += outputs;
            }
          }
        }
        dw[weight + channel] = a;
        dw[weight + next] = next > channel ? b : a;
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
  const dx = resultFloats(backend, tf.util.sizeFromShape(input));
  sumInputGradient(dy, w, dx, info);
  return backend.makeTensorInfo(info.inShape, "float32", dx);
};

function sumInputGradient(
  gradient: Float32Array,
  filter: Float32Array,
  dx: Float32Array,
  info: Info,
): void {
  const { inChannels: inputs, outChannels: outputs, outHeight, outWidth, filterWidth } = info;
  const { strideHeight, strideWidth } = info;
  const multiplier = outputs / inputs;
  const dy = doubles("dy", gradient);
  const w = doubles("filter", filter);
  const places = placesOf(info);
  let at = 0;
  for (let image = 0; image < info.batchSize; image++) {
    for (let t = 0; t < places.length; t += perPlace, at += inputs) {
      const lastRow = places[t + 1]!;
      const lastColumn = places[t + 3]!;
      for (let channel = 0; channel < inputs; channel += 2) {
        const next = Math.min(channel + 1, inputs - 1);
        const apart = (next - channel) * multiplier;
        let a = 0;
        let b = 0;
        for (let row = places[t]!; row <= lastRow; row++) {
          const r = places[t + 4]! - row * strideHeight;
          for (let column = places[t + 2]!; column <= lastColumn; column++) {
            const tap = r * filterWidth + places[t + 5]! - column * strideWidth;
            let read =
              ((image * outHeight + row) * outWidth + column) * outputs + channel * multiplier;
            let weight = tap * outputs + channel * multiplier;
            for (const end = read + multiplier; read < end; read++, weight++) {
              a += dy[read]! * w[weight]!;
              b += dy[read + apart]! * w[weight + apart]!;
            }
          }
        }
        dx[at + channel] = a;
        dx[at + next] = next > channel ? b : a;
      }
    }
  }
}

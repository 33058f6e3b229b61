import type * as tfjs from "@tensorflow/tfjs";
import { type DirectKernel, doubles, floats, type KernelCall, resultFloats } from "./kernel.js";
import { type Info, outputsOf, perPlace, placesOf, windowsOf } from "./windows.js";

/** @internal The sizes of a convolution of channels-last tensors without dilation; `undefined` for another one. */
export function convolutionInfo(
  { attrs }: KernelCall,
  shapes: { input: number[]; filter: number[]; depthwise?: boolean },
  { backend_util }: typeof tfjs,
): Info | undefined {
  const { strides, pad, dilations, dataFormat = "NHWC", dimRoundingMode } = attrs;
  const isDilated = [dilations ?? 1].flat().some((by) => by !== 1);
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
  const y = resultFloats(backend, tf.util.sizeFromShape(info.outShape));
  convolve(x, w, y, info);
  return backend.makeTensorInfo(info.outShape, "float32", y);
};

function convolve(x: Float32Array, filter: Float32Array, y: Float32Array, info: Info): void {
  const { batchSize, inHeight, inWidth, inChannels: inputs, outChannels: outputs } = info;
  const { filterWidth } = info;
  const w = doubles("filter", filter);
  const windows = windowsOf(info);
  let at = 0;
  for (let image = 0; image < batchSize; image++) {
    for (let t = 0; t < windows.length; t += perPlace, at += outputs) {
      const firstRow = windows[t]!;
      const endRow = windows[t + 1]!;
      const firstColumn = windows[t + 2]!;
      const width = (windows[t + 3]! - firstColumn) * inputs;
      // Where the filter begins, and where the image does.
      const taps =
        (firstColumn - windows[t + 5]! - windows[t + 4]! * filterWidth) * inputs * outputs;
      const start = (image * inHeight * inWidth + firstColumn) * inputs;
      let channel = 0;
      for (; channel + 4 <= outputs; channel += 4) {
        let a = 0;
        let b = 0;
        let c = 0;
        let d = 0;
        for (let row = firstRow; row < endRow; row++) {
          let read = start + row * inWidth * inputs;
          let weight = taps + row * filterWidth * inputs * outputs + channel;
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
          let read = start + row * inWidth * inputs;
          let weight = taps + row * filterWidth * inputs * outputs + channel;
          for (const end = read + width; read < end; read++, weight += outputs) {
            a = Math.fround(a + x[read]! * w[weight]!);
          }
        }
        y[at + channel] = a;
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
  const x = doubles("x", input);
  const dy = doubles("dy", gradient);
  let weight = 0;
  for (let row = 0; row < filterHeight; row++) {
    for (let column = 0; column < filterWidth; column++) {
      for (let input = 0; input < inputs; input++, weight += outputs) {
        sumTap(x, dy, dw, info, { row, column, input, weight });
      }
    }
  }
}

/** The weights of one tap and one input channel, four at a time. */
function sumTap(
  x: Float64Array,
  dy: Float64Array,
  dw: Float32Array,
  info: Info,
  { row, column, input, weight }: Record<"row" | "column" | "input" | "weight", number>,
): void {
  const { inChannels: inputs, outChannels: outputs, inWidth, outWidth, padInfo } = info;
  const { firstRow, endRow, firstColumn, endColumn } = outputsOf(info, row, column);
  const stepX = info.strideWidth * inputs;
  const first = (firstColumn * info.strideWidth - padInfo.left + column) * inputs + input;
  for (let channel = 0; channel < outputs; channel += 4) {
    // Channels beyond the last one are read as the last one.
    const last = outputs - 1 - channel;
    const [second, third, fourth] = [Math.min(1, last), Math.min(2, last), Math.min(3, last)];
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    for (let image = 0; image < info.batchSize; image++) {
      for (let y = firstRow; y < endRow; y++) {
        const inRow = image * info.inHeight + y * info.strideHeight - padInfo.top + row;
        let read = inRow * inWidth * inputs + first;
        let at = ((image * info.outHeight + y) * outWidth + firstColumn) * outputs + channel;
        for (let count = firstColumn; count < endColumn; count++) {
          const value = x[read]!;
          a += value * dy[at]!;
          b += value * dy[at + second]!;
          c += value * dy[at + third]!;
          d += value * dy[at + fourth]!;
          read += stepX;
          at += outputs;
        }
      }
    }
    dw[weight + channel] = a;
    if (last > 0) dw[weight + channel + 1] = b;
    if (last > 1) dw[weight + channel + 2] = c;
    if (last > 2) dw[weight + channel + 3] = d;
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
  const dy = doubles("dy", gradient);
  const w = doubles("filter", filter);
  const places = placesOf(info);
  let at = 0;
  for (let image = 0; image < info.batchSize; image++) {
    for (let t = 0; t < places.length; t += perPlace, at += inputs) {
      const lastRow = places[t + 1]!;
      const lastColumn = places[t + 3]!;
      for (let channel = 0; channel < inputs; channel += 4) {
        const last = inputs - 1 - channel;
        const second = Math.min(1, last) * outputs;
        const third = Math.min(2, last) * outputs;
        const fourth = Math.min(3, last) * outputs;
        let a = 0;
        let b = 0;
        let c = 0;
        let d = 0;
        for (let row = places[t]!; row <= lastRow; row++) {
          const r = places[t + 4]! - row * strideHeight;
          for (let column = places[t + 2]!; column <= lastColumn; column++) {
            const tap = r * filterWidth + places[t + 5]! - column * strideWidth;
            let read = ((image * outHeight + row) * outWidth + column) * outputs;
            let weight = (tap * inputs + channel) * outputs;
            for (const end = read + outputs; read < end; read++, weight++) {
              const value = dy[read]!;
              a += value * w[weight]!;
              b += value * w[weight + second]!;
              c += value * w[weight + third]!;
              d += value * w[weight + fourth]!;
            }
          }
        }
        dx[at + channel] = a;
        if (last > 0) dx[at + channel + 1] = b;
        if (last > 1) dx[at + channel + 2] = c;
        if (last > 2) dx[at + channel + 3] = d;
      }
    }
  }
}

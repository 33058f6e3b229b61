import type { Place } from "../context.js";
import { biasValues, type Kernel, kernelOf, linearTensors } from "./kernels.js";
import { withNonlinearity } from "./nonlinear.js";

type Pair = [number, number];
type Four = [number, number, number, number];

interface Options {
  padding: "same" | "valid" | "causal";
  strides: number | number[];
  dilationRate: number | number[];
}

/** A convolution's options, with numbers for both axes. */
export function optionsOf(place: Place): {
  padding: Options["padding"];
  strides: Pair;
  dilations: Pair;
} {
  const { padding, strides, dilationRate } = place.config as unknown as Options;
  return { padding, strides: pair(strides), dilations: pair(dilationRate ?? 1) };
}

function pair(value: number | number[]): Pair {
  const values = [value].flat();
  // One number of a Conv1D is that of the width.
  return values.length === 1 ? [values[0]!, values[0]!] : (values as Pair);
}

/** Conv2D. */
export function conv2d(place: Place): number {
  const { padding, strides, dilations } = optionsOf(place);
  const [height, width, inputs, outputs] = place.quantized.latent().shape as Four;
  const shape = [outputs, height, width, inputs];
  const kernel = kernelOf(place, { order: [3, 0, 1, 2], shape, axis: 0 });
  const bias = biasValues(place, outputs);
  const window = { strides, dilations, padding: padding as "same" | "valid" };
  return withNonlinearity(place, (grid, activation) => {
    const at = { kernel, bias, input: place.inputs[0]!, shape: place.shape, grid };
    const { inputs, output } = linearTensors(place, at);
    const op = { type: "conv2d", layer: place.name, inputs, ...window, activation } as const;
    return place.builder.op(op, output);
  });
}

/** A Conv1D is a convolution of images of height 1. */
export function conv1d(place: Place): number {
  const { padding, strides, dilations } = optionsOf(place);
  const [width, inputs, outputs] = place.quantized.latent().shape as [number, number, number];
  const shape = [outputs, 1, width, inputs];
  const kernel = kernelOf(place, { order: [2, 0, 1], shape, axis: 0 });
  const bias = biasValues(place, outputs);
  const before = padding === "causal" ? (width - 1) * dilations[1] : 0;
  const window = {
    strides: [1, strides[1]] as const,
    dilations: [1, dilations[1]] as const,
    padding: padding === "same" ? ("same" as const) : ("valid" as const),
  };
  const input = padded(place, asImage(place, place.inputs[0]!), { width: [before, 0] });
  const [, steps, channels] = place.shape as [number, number, number];
  return withNonlinearity(place, (grid, activation) => {
    const at = { kernel, bias, input, shape: [1, 1, steps, channels], grid, suffix: "_image" };
    const { inputs, output } = linearTensors(place, at);
    const op = { type: "conv2d", layer: place.name, inputs, ...window, activation } as const;
    return place.reshape(place.builder.op(op, output), place.shape);
  });
}

/** DepthwiseConv2D. */
export function depthwiseConv2d(place: Place): number {
  const { padding, strides, dilations } = optionsOf(place);
  const kernel = depthwiseKernel(place);
  const bias = biasValues(place, kernel.shape[3]!);
  const window = { strides, dilations, padding: padding as "same" | "valid" };
  return withNonlinearity(place, (grid, activation) => {
    const at = { kernel, bias, input: place.inputs[0]!, shape: place.shape, grid };
    const { inputs, output } = linearTensors(place, at);
    const { multiplier } = kernel;
    const op = { type: "depthwiseConv2d", layer: place.name, inputs, ...window } as const;
    return place.builder.op({ ...op, multiplier, activation }, output);
  });
}

/**
 * SeparableConv2D is two convolutions. The prepared model keeps the values between them in float; here they get the
 * grid that calibration shows.
 */
export function separableConv2d(place: Place): number {
  const { padding, strides, dilations } = optionsOf(place);
  const first = depthwiseKernel(place, "depthwiseKernel");
  const shape = [...place.shape.slice(0, 3), first.shape[3]!];
  const between = linearTensors(place, {
    kernel: first,
    bias: new Float32Array(first.shape[3]!),
    input: place.inputs[0]!,
    shape,
    grid: place.calibrated("between its kernels"),
    suffix: "_depthwise",
  });
  const window = { strides, dilations, padding: padding as "same" | "valid" };
  const { multiplier } = first;
  const { inputs: reads } = between;
  const depthwise = { type: "depthwiseConv2d", layer: place.name, inputs: reads } as const;
  const middle = place.builder.op(
    { ...depthwise, ...window, multiplier, activation: "none" },
    between.output,
  );
  const outputs = place.shape[3]!;
  const second = kernelOf(place, {
    order: [3, 0, 1, 2],
    shape: [outputs, 1, 1, first.shape[3]!],
    axis: 0,
    path: "pointwiseKernel",
  });
  const bias = biasValues(place, outputs);
  return withNonlinearity(place, (grid, activation) => {
    const at = { kernel: second, bias, input: middle, shape: place.shape, grid };
    const { inputs, output } = linearTensors(place, at);
    const op = { type: "conv2d", layer: place.name, inputs, activation } as const;
    const once = { strides: [1, 1], dilations: [1, 1], padding: "valid" } as const;
    return place.builder.op({ ...op, ...once }, output);
  });
}

/** Conv2DTranspose. */
export function conv2dTranspose(place: Place): number {
  const { padding, strides } = optionsOf(place);
  const [height, width, outputs, inputs] = place.quantized.latent().shape as Four;
  const shape = [outputs, height, width, inputs];
  const kernel = kernelOf(place, { order: [2, 0, 1, 3], shape, axis: 0 });
  const bias = biasValues(place, outputs);
  return withNonlinearity(place, (grid, activation) => {
    const at = { kernel, bias, input: place.inputs[0]!, shape: place.shape, grid };
    const { inputs, output } = linearTensors(place, at);
    const op = { type: "transposedConv2d", layer: place.name, inputs, activation } as const;
    return place.builder.op({ ...op, strides, padding: padding as "same" | "valid" }, output);
  });
}

/** A depthwise kernel `[1, height, width, channels · multiplier]`, and its multiplier. */
function depthwiseKernel(place: Place, path?: string): Kernel & { multiplier: number } {
  const [height, width, channels, multiplier] = place.quantized.latent(path).shape as Four;
  const kernel = kernelOf(place, {
    shape: [1, height, width, channels * multiplier],
    axis: 3,
    path,
  });
  return { ...kernel, multiplier };
}

/** Steps `[1, steps, channels]` as an image of height 1. */
export function asImage(place: Place, input: number): number {
  const [, steps, channels] = place.builder.at(input).shape as [number, number, number];
  return place.reshape(input, [1, 1, steps, channels]);
}

/** An image with zero points around it. */
export function padded(
  place: Place,
  input: number,
  { height = [0, 0], width = [0, 0] }: { height?: Pair; width?: Pair },
): number {
  if ([...height, ...width].every((count) => count === 0)) return input;
  const { name, shape, codes: _, ...grid } = place.builder.at(input);
  const paddings = [[0, 0], height, width, [0, 0]] as Pair[];
  const padded = shape.map((size, i) => size + paddings[i]![0] + paddings[i]![1]);
  return place.builder.op(
    { type: "pad", layer: place.name, inputs: [input], paddings },
    { ...grid, name: `${name}_padded`, shape: padded },
  );
}

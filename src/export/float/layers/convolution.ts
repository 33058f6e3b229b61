import type { Place } from "../place.js";
import { withNonlinearity } from "./nonlinear.js";

type Pair = [number, number];

interface Options {
  padding: "same" | "valid" | "causal";
  strides: number | number[];
  dilationRate?: number | number[];
}

/** The window of a convolution over images; a convolution of steps is one of images of height 1. */
function windowOf(place: Place) {
  const { padding, strides, dilationRate } = place.config as unknown as Options;
  const isSteps = place.inputShape().length === 3;
  const pair = (value: number | number[] = 1): Pair => {
    const [first, second = first] = [value].flat() as [number, number?];
    return isSteps ? [1, first] : [first, second];
  };
  return {
    padding: padding === "same" ? ("same" as const) : ("valid" as const),
    strides: pair(strides),
    dilations: pair(dilationRate),
  };
}

/** Conv2D. */
export function conv2d(place: Place): number {
  const kernel = place.weight(0, { order: [3, 0, 1, 2] });
  return convolved(place, place.inputs[0]!, kernel, place.bias(1), place.shape);
}

/** Conv1D. */
export function conv1d(place: Place): number {
  const { padding } = place.config as unknown as Options;
  const [width, inputs, outputs] = place.weightShape(0) as [number, number, number];
  const { dilations } = windowOf(place);
  const before = padding === "causal" ? (width - 1) * dilations[1] : 0;
  const input = padded(place, asImage(place), [0, 0], [before, 0]);
  const kernel = place.weight(0, { order: [2, 0, 1], shape: [outputs, 1, width, inputs] });
  const [, steps, channels] = place.shape as [number, number, number];
  const output = convolved(place, input, kernel, place.bias(1), [1, 1, steps, channels]);
  return place.reshape(output, place.shape);
}

function convolved(
  place: Place,
  input: number,
  kernel: number,
  bias: number,
  shape: number[],
): number {
  const inputs = [input, kernel, bias];
  const op = { type: "conv2d", layer: place.name, inputs, ...windowOf(place) } as const;
  return withNonlinearity(place, (activation) => place.builder.op({ ...op, activation }, shape));
}

/** DepthwiseConv2D. */
export function depthwiseConv2d(place: Place): number {
  const { kernel, multiplier } = depthwiseKernel(place);
  const inputs = [place.inputs[0]!, kernel, place.bias(1)];
  const op = { type: "depthwiseConv2d", layer: place.name, inputs, multiplier } as const;
  return withNonlinearity(place, (activation) =>
    place.builder.op({ ...op, ...windowOf(place), activation }, place.shape),
  );
}

/** SeparableConv2D is two convolutions. */
export function separableConv2d(place: Place): number {
  const { kernel, multiplier, channels } = depthwiseKernel(place);
  const depthwise = {
    type: "depthwiseConv2d",
    layer: place.name,
    inputs: [place.inputs[0]!, kernel, -1],
    ...windowOf(place),
    multiplier,
    activation: "none",
  } as const;
  const between = place.builder.op(depthwise, [...place.shape.slice(0, 3), channels]);
  const pointwise = place.weight(1, { order: [3, 0, 1, 2] });
  const inputs = [between, pointwise, place.bias(2)];
  const once = { strides: [1, 1], dilations: [1, 1], padding: "valid" } as const;
  const op = { type: "conv2d", layer: place.name, inputs, ...once } as const;
  return withNonlinearity(place, (activation) =>
    place.builder.op({ ...op, activation }, place.shape),
  );
}

/** Conv2DTranspose. */
export function conv2dTranspose(place: Place): number {
  const { padding, strides } = windowOf(place);
  const inputs = [place.inputs[0]!, place.weight(0, { order: [2, 0, 1, 3] }), place.bias(1)];
  const op = {
    ...({ type: "transposedConv2d", layer: place.name } as const),
    ...{ inputs, padding, strides },
  };
  return withNonlinearity(place, (activation) =>
    place.builder.op({ ...op, activation }, place.shape),
  );
}

/** A depthwise kernel `[1, height, width, channels · multiplier]`. */
function depthwiseKernel(place: Place): { kernel: number; multiplier: number; channels: number } {
  const [height, width, inputs, multiplier] = place.weightShape(0) as [
    number,
    number,
    number,
    number,
  ];
  const channels = inputs * multiplier;
  return { kernel: place.weight(0, { shape: [1, height, width, channels] }), multiplier, channels };
}

/** The steps `[1, steps, channels]` that a layer reads, as an image of height 1. */
export function asImage(place: Place): number {
  const shape = place.inputShape();
  if (shape.length === 4) return place.inputs[0]!;
  const [, steps, channels] = shape as [number, number, number];
  return place.reshape(place.inputs[0]!, [1, 1, steps, channels]);
}

/** An image with zeros around it. */
export function padded(place: Place, input: number, height: Pair, width: Pair): number {
  if ([...height, ...width].every((count) => count === 0)) return input;
  const paddings: Pair[] = [[0, 0], height, width, [0, 0]];
  const { shape } = place.builder.tensors[input]!;
  return place.builder.op(
    { type: "pad", layer: place.name, inputs: [input], paddings },
    shape.map((size, i) => size + paddings[i]![0] + paddings[i]![1]),
  );
}

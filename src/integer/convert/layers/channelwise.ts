import type { FusedActivation } from "../../program/index.js";
import type { Place } from "../context.js";
import type { TensorGrid } from "../grid.js";
import { linearTensors } from "./kernels.js";

interface Factors {
  input: number;
  /** The codes of the factors, one for each channel, and their scales. */
  codes: Int8Array;
  scale: Float32Array;
  /** The numbers that are added, one for each channel. */
  shift: Float32Array;
  grid: TensorGrid | undefined;
  activation: FusedActivation;
}

/** Each channel times a number, plus a number: a depthwise convolution of one tap. */
export function channelwise(
  place: Place,
  { input, codes, scale, shift, grid, activation }: Factors,
): number {
  const { shape } = place;
  const channels = shape.at(-1)!;
  const isImage = shape.length === 4;
  const image = isImage
    ? shape
    : [1, 1, shape.reduce((size, length) => size * length, 1) / channels, channels];
  const bounds = { smallest: -128, largest: 127 };
  const { inputs, output } = linearTensors(place, {
    kernel: { codes, scale, shape: [1, 1, 1, channels], axis: 3, ...bounds },
    bias: shift,
    input: place.reshape(input, image),
    shape: image,
    grid,
    suffix: isImage ? "" : "_image",
  });
  const op = { type: "depthwiseConv2d", layer: place.name, inputs, strides: [1, 1] } as const;
  const rest = { dilations: [1, 1], padding: "valid", multiplier: 1, activation } as const;
  return place.reshape(place.builder.op({ ...op, ...rest }, output), shape);
}

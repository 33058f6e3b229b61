import type { Place } from "../place.js";
import { asImage } from "./convolution.js";

type Pair = [number, number];

/** Pooling over windows of images; steps are an image of height 1. */
export function pooling(type: "maxPool2d" | "averagePool2d") {
  return (place: Place): number => {
    const input = asImage(place);
    const { poolSize, strides, padding } = place.config as unknown as Options;
    const isSteps = place.inputShape().length === 3;
    const pair = (value: number | number[]): Pair => {
      const [first, second = first] = [value].flat() as [number, number?];
      return isSteps ? [1, first] : [first, second];
    };
    const size = pair(poolSize);
    const op = { type, layer: place.name, inputs: [input], size, padding } as const;
    const { shape } = place;
    const output = place.builder.op(
      { ...op, strides: strides === null ? size : pair(strides), activation: "none" },
      isSteps ? [1, 1, ...shape.slice(1)] : shape,
    );
    return place.reshape(output, shape);
  };
}

interface Options {
  poolSize: number | number[];
  strides: number | number[] | null;
  padding: "same" | "valid";
}

/** The largest value of each channel. */
export function globalMax(place: Place): number {
  const input = asImage(place);
  const [, height, width, channels] = place.builder.tensors[input]!.shape as [
    number,
    number,
    number,
    number,
  ];
  const op = { type: "maxPool2d", layer: place.name, inputs: [input] } as const;
  const output = place.builder.op(
    { ...op, size: [height, width], strides: [1, 1], padding: "valid", activation: "none" },
    [1, 1, 1, channels],
  );
  return place.reshape(output, place.shape);
}

/** The mean of each channel. */
export function globalAverage(place: Place): number {
  const axes = place.inputShape().length === 4 ? [1, 2] : [1];
  const op = { type: "mean", layer: place.name, inputs: place.inputs, axes } as const;
  return place.builder.op({ ...op, keepDims: false }, place.shape);
}

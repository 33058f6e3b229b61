import type { Place } from "../context.js";
import type { TensorGrid } from "../grid.js";
import { asImage } from "./convolution.js";
import { linearTensors } from "./kernels.js";

type Pair = [number, number];

interface Pooling {
  size: Pair;
  strides: Pair;
  padding: "same" | "valid";
}

/** The largest code of each window. */
export function maxPooling(place: Place): number {
  const { size, strides, padding } = poolingOf(place);
  const input = imageOf(place);
  const { codes: _, name: __, ...x } = place.builder.at(input);
  const shape = pooledShape(place, x.shape);
  const output = place.builder.op(
    {
      type: "maxPool2d",
      layer: place.name,
      inputs: [input],
      size,
      strides,
      padding,
      activation: "none",
    },
    { ...x, name: place.name, shape },
  );
  return place.reshape(output, place.shape);
}

/**
 * The mean of each window, as a depthwise convolution with the weight 1: its multiplier divides by the size of the window
 * and goes to the output's scale in one rounding, as the prepared model does. Windows that padding cuts have fewer
 * values; there runtimes average on the input's scale, and the result is rounded a second time.
 */
export function averagePooling(place: Place): number {
  const pooling = poolingOf(place);
  const input = imageOf(place);
  const { grid } = place.targetGrid();
  const shape = pooledShape(place, place.builder.at(input).shape);
  const output = isCut(place.builder.at(input).shape, pooling)
    ? averagedTwice(place, input, pooling, shape, grid)
    : averagedOnce(place, input, pooling, shape, grid);
  return place.reshape(output, place.shape);
}

function averagedOnce(
  place: Place,
  input: number,
  { size, strides }: Pooling,
  shape: number[],
  grid: TensorGrid,
): number {
  const channels = shape[3]!;
  const taps = size[0] * size[1];
  const kernel = {
    codes: new Int8Array(taps * channels).fill(1),
    shape: [1, ...size, channels],
    scale: Float32Array.of(1 / taps),
    smallest: -128,
    largest: 127,
    axis: 3,
  };
  const bias = new Float32Array(channels);
  const suffix = place.shape.length === 4 ? "" : "_image";
  const { inputs, output } = linearTensors(place, { kernel, bias, input, shape, grid, suffix });
  const op = { type: "depthwiseConv2d", layer: place.name, inputs, strides } as const;
  const rest = { dilations: [1, 1], padding: "valid", multiplier: 1, activation: "none" } as const;
  return place.builder.op({ ...op, ...rest }, output);
}

function averagedTwice(
  place: Place,
  input: number,
  { size, strides, padding }: Pooling,
  shape: number[],
  grid: TensorGrid,
): number {
  const { codes: _, name: __, ...x } = place.builder.at(input);
  const op = { type: "averagePool2d", layer: place.name, inputs: [input] } as const;
  const average = place.builder.op(
    { ...op, size, strides, padding, activation: "none" },
    { ...x, name: `${place.name}_average`, shape },
  );
  place.builder.notes.push(
    `${place.name}: windows at the border have fewer values, so their mean is rounded twice, and may be a code off`,
  );
  return place.on(grid, average);
}

/** Whether padding cuts windows. */
function isCut(shape: readonly number[], { size, strides, padding }: Pooling): boolean {
  if (padding === "valid") return false;
  return [0, 1].some((i) => {
    const length = shape[i + 1]!;
    return (Math.ceil(length / strides[i]!) - 1) * strides[i]! + size[i]! > length;
  });
}

/** The input as an image; steps are an image of height 1. */
function imageOf(place: Place): number {
  const input = place.inputs[0]!;
  return place.builder.at(input).shape.length === 4 ? input : asImage(place, input);
}

/** The output's shape as an image. */
function pooledShape(place: Place, image: readonly number[]): number[] {
  const { shape } = place;
  const channels = image[3]!;
  if (place.type.startsWith("Global")) return [1, 1, 1, channels];
  return shape.length === 4 ? shape : [1, 1, ...shape.slice(1)];
}

function poolingOf(place: Place): Pooling {
  const { shape } = place.input();
  if (place.type.startsWith("Global")) {
    const size = (shape.length === 4 ? shape.slice(1, 3) : [1, shape[1]!]) as Pair;
    return { size, strides: [1, 1], padding: "valid" };
  }
  const { poolSize, strides, padding } = place.config as unknown as {
    poolSize: number | number[];
    strides: number | number[] | null;
    padding: Pooling["padding"];
  };
  const size = window(poolSize, shape.length);
  return { size, strides: strides === null ? size : window(strides, shape.length), padding };
}

/** A window of steps is one of an image of height 1. */
function window(value: number | number[], rank: number): Pair {
  const values = [value].flat();
  if (rank === 3) return [1, values[0]!];
  return [values[0]!, values.at(-1)!];
}

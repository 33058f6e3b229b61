import type { Place } from "../place.js";
import { padded } from "./convolution.js";

type Pair = [number, number];

/** The values in another shape. */
export function reshape(place: Place): number {
  return place.reshape(place.inputs[0]!, place.shape);
}

/** The axes in another order; tfjs counts the axes of an example from 1. */
export function permute(place: Place): number {
  const { dims } = place.config as { dims: number[] };
  const op = { type: "transpose", layer: place.name, inputs: place.inputs } as const;
  return place.builder.op({ ...op, order: [0, ...dims] }, place.shape);
}

/** Zeros around an image. */
export function zeroPadding(place: Place): number {
  const { padding } = place.config as { padding: [Pair, Pair] };
  return padded(place, place.inputs[0]!, ...padding);
}

/** The middle of an image. */
export function cropping(place: Place): number {
  const { cropping } = place.config as { cropping: [Pair, Pair] };
  const begin = [0, cropping[0][0], cropping[1][0], 0];
  const op = { type: "slice", layer: place.name, inputs: place.inputs, begin } as const;
  return place.builder.op(op, place.shape);
}

/** Each pixel several times. */
export function upSampling(place: Place): number {
  const { size, interpolation } = place.config as { size: Pair; interpolation: string };
  if (interpolation === "bilinear") {
    throw place.refusal('it interpolates bilinearly (expected interpolation: "nearest")');
  }
  const op = { type: "resizeNearest", layer: place.name, inputs: place.inputs } as const;
  return place.builder.op({ ...op, factors: size }, place.shape);
}

/** A vector several times, as steps. */
export function repeatVector(place: Place): number {
  const [, steps, channels] = place.shape as [number, number, number];
  const input = place.reshape(place.inputs[0]!, [1, 1, channels]);
  const op = { type: "concatenate", layer: place.name, axis: 1 } as const;
  return place.builder.op({ ...op, inputs: Array(steps).fill(input) }, place.shape);
}

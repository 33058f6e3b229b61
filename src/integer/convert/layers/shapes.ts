import type { IntegerTensor } from "../../program/index.js";
import type { Place } from "../context.js";
import { padded } from "./convolution.js";

/** The codes in another shape. */
export function reshape(place: Place): number {
  return place.reshape(place.inputs[0]!, place.shape);
}

/** The axes in another order; tfjs counts the axes of an example from 1. */
export function permute(place: Place): number {
  const { dims } = place.config as { dims: number[] };
  return place.builder.op(
    { type: "transpose", layer: place.name, inputs: [place.inputs[0]!], order: [0, ...dims] },
    alike(place),
  );
}

/** Zeros around an image. */
export function zeroPadding(place: Place): number {
  const { padding } = place.config as { padding: [[number, number], [number, number]] };
  const [height, width] = padding;
  return padded(place, place.inputs[0]!, { height, width });
}

/** The middle of an image. */
export function cropping(place: Place): number {
  const { cropping } = place.config as { cropping: [[number, number], [number, number]] };
  const begin = [0, cropping[0][0], cropping[1][0], 0];
  return place.builder.op(
    { type: "slice", layer: place.name, inputs: [place.inputs[0]!], begin },
    alike(place),
  );
}

/** Each pixel several times. */
export function upSampling(place: Place): number {
  const { size, interpolation } = place.config as {
    size: [number, number];
    interpolation: string;
  };
  if (interpolation === "bilinear") {
    throw place.refusal('it interpolates bilinearly (expected interpolation: "nearest")');
  }
  return place.builder.op(
    { type: "resizeNearest", layer: place.name, inputs: [place.inputs[0]!], factors: size },
    alike(place),
  );
}

/** A vector several times, as steps. */
export function repeatVector(place: Place): number {
  const [, steps, channels] = place.shape as [number, number, number];
  const input = place.reshape(place.inputs[0]!, [1, 1, channels]);
  if (steps === 1) return input;
  return place.builder.op(
    { type: "concatenate", layer: place.name, inputs: Array(steps).fill(input), axis: 1 },
    alike(place),
  );
}

/** A tensor of the layer's output shape, on the grid of its input. */
function alike(place: Place): IntegerTensor {
  const { codes: _, ...input } = place.input();
  return { ...input, name: place.name, shape: place.shape };
}

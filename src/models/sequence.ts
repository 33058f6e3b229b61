import type { Layer } from "../graph/index.js";
import { tf } from "../tensorflow/index.js";
import { checkInputShape } from "./options.js";

/** The shape of a sequence, or of an image that is read row by row: each row is a step. */
export type SequenceShape =
  | [steps: number, features: number]
  | [height: number, width: number, channels: number];

/** @internal @throws RangeError if the shape is neither a sequence's nor an image's */
export function checkSequenceShape(inputShape: SequenceShape): void {
  checkInputShape(inputShape, {
    ranks: [2, 3],
    expected: "[steps, features] or an image's [height, width, channels], as in [8, 8, 1]",
  });
}

/** @internal The first layer of a model of sequences. It turns the rows of an image into steps. */
export function rows(inputShape: SequenceShape): Layer {
  const [steps, ...rest] = inputShape;
  const features = rest.reduce((product, size) => product * size, 1);
  return tf.layers.reshape({ name: "rows", inputShape, targetShape: [steps, features] });
}

import { clippedSte, type Estimator } from "../estimators/index.js";
import { type IntegerFormat, list, type ValueRange } from "../quantizers/index.js";

/** @internal A range as one end for each channel; two numbers are the range of every channel. */
export function rangeForChannels({ min, max }: ValueRange, channels: number): ValueRange {
  if (typeof min === "number" && typeof max === "number") {
    return { min: Array(channels).fill(min), max: Array(channels).fill(max) };
  }
  const count = list(min)!.length;
  if (count === channels) return { min, max };
  throw new RangeError(
    `invalid range: ${count} channels (expected ${channels} channels, or a number for all, as in { min: -1, max: 1 })`,
  );
}

/** @internal Whether TensorFlow's fake quantization of one range, and its gradient for x, is all that an estimator does. */
export function isOfOneOp(
  { learned, forward, backward }: Estimator,
  { per, rounding, powerOfTwo }: IntegerFormat,
): boolean {
  const clips = !learned && !forward && backward === clippedSte.backward;
  return clips && per === "tensor" && rounding === "halfUp" && !powerOfTwo;
}

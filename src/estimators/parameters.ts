import { affine, type IntegerFormat, type Range, type RangeTensors } from "../quantizers/index.js";
import { tf } from "../tensorflow/index.js";
import type { Estimator, EstimatorContext, Parameters } from "./estimator.js";

/** @internal The range of an estimator that learns nothing. */
export function rangeOf({ min, max }: Parameters): RangeTensors {
  return { min: min!, max: max! };
}

/** @internal The range whose grid an estimator's parameters stand for. */
export function rangeFor(
  { learned }: Estimator,
  parameters: Parameters,
  context: EstimatorContext,
): RangeTensors {
  return learned ? learned.range(parameters, context) : rangeOf(parameters);
}

/** @internal The range of a format's codes with a scale, and a zero point where 0 hasn't the code 0. */
export function rangeOfScale(
  scale: tf.Tensor,
  zeroPoint: tf.Tensor | undefined,
  { symmetric, smallest, largest }: IntegerFormat,
): RangeTensors {
  if (symmetric || !zeroPoint) {
    return { min: tf.mul(scale, smallest), max: tf.mul(scale, largest) };
  }
  return {
    min: tf.mul(tf.sub(smallest, zeroPoint), scale),
    max: tf.mul(tf.sub(largest, zeroPoint), scale),
  };
}

/** @internal Scale and zero point of a calibrated range: where learning starts. */
export function startOf(range: Range, format: IntegerFormat) {
  const { scale, zeroPoint } = affine(format, range);
  return { scale, zeroPoint: Float32Array.from(zeroPoint) };
}

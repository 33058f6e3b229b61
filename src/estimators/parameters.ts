import {
  affine,
  Grid,
  type IntegerFormat,
  type RangeTensors,
  type ValueRange,
} from "../quantizers/index.js";
import { tf } from "../tensorflow/index.js";
import type {
  Estimator,
  EstimatorContext,
  EstimatorParameters,
  ForwardInput,
} from "./estimator.js";

/** @internal The grid that an estimator's parameters stand for. */
export function gridFor(
  { learned }: Estimator,
  parameters: EstimatorParameters,
  context: EstimatorContext,
): Grid {
  const range = learned
    ? learned.range(parameters, context)
    : (parameters as never as RangeTensors);
  return new Grid(context.format, range);
}

/** @internal The value that an estimator's `forward` gives; without a `forward`, the nearest value of the grid. */
export function roundedBy(estimator: Estimator, input: ForwardInput): tf.Tensor {
  return estimator.forward?.(input) ?? input.grid.round(input.x);
}

/**
 * @internal
 * The range of a format's codes with a scale, and with a zero point if the value 0 doesn't have the code 0.
 */
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

/** @internal The scale and the zero point of a calibrated range, from which learning starts. */
export function startOf(range: ValueRange, format: IntegerFormat) {
  const { scale, zeroPoint } = affine(format, range);
  return { scale, zeroPoint: Float32Array.from(zeroPoint) };
}

import type { RangeTensors } from "../quantizers/index.js";
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

import { clippedSte } from "./clippedSte.js";
import type { Estimator } from "./estimator.js";

export { applyEstimator } from "./apply.js";
export type {
  Estimator,
  EstimatorContext,
  LearnedParameters,
  Parameters,
  TensorRole,
} from "./estimator.js";
export { rangeFor } from "./parameters.js";

const estimators = { clippedSte };

/** The name of an estimator. */
export type EstimatorName = keyof typeof estimators;

/** @internal An estimator by its name, or as it is. @throws TypeError for an unknown one. */
export function estimatorNamed(name: string): Estimator {
  if (Object.hasOwn(estimators, name)) return estimators[name as EstimatorName];
  throw new TypeError(
    `invalid estimator: ${name} (expected ${Object.keys(estimators).join(", ")}, as in { estimator: "clippedSte" })`,
  );
}

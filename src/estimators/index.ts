import type { Estimator } from "./estimator.js";
import { ste } from "./ste.js";

export type { Estimator } from "./estimator.js";
export { ste } from "./ste.js";

const estimators = { ste };

/** The name of an estimator. */
export type EstimatorName = keyof typeof estimators;

/** @internal The estimator of a name. @throws TypeError for an unknown one. */
export function estimatorNamed(name: string): Estimator {
  if (Object.hasOwn(estimators, name)) return estimators[name as EstimatorName];
  throw new TypeError(
    `invalid estimator: ${name} (expected ${Object.keys(estimators).join(", ")}, as in { estimator: "ste" })`,
  );
}

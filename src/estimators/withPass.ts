import type { Estimator } from "./estimator.js";

/** @internal An estimator with the backward pass of another one, which stands in for its own. */
export function withPass(estimator: Estimator, passes: Estimator | undefined): Estimator {
  if (!passes) return estimator;
  return Object.create(estimator, { backward: { value: passes.backward } }) as Estimator;
}

export { applyEstimator } from "./apply.js";
export type {
  Estimator,
  EstimatorContext,
  LearnedParameters,
  Parameters,
  TensorRole,
} from "./estimator.js";
export { rangeFor } from "./parameters.js";
export { fromLogarithm, logarithmOf } from "./positive.js";
export { type EstimatorName, estimatorFor, estimatorNamed, names, register } from "./registry.js";

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
export {
  type GradientFormat,
  quantizeGradient,
} from "./quantizeGradient.js";
export { type EstimatorName, estimatorFor, get as estimatorNamed } from "./registry.js";

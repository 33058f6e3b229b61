export type {
  Estimator,
  EstimatorContext,
  LearnedParameters,
  Parameters,
  TensorRole,
} from "./estimator.js";
export {
  type GradientFormat,
  quantizeGradient,
} from "./quantizeGradient.js";
export type { EstimatorName } from "./registry.js";

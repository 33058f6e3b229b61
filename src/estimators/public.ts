export type { Grid } from "../quantizers/index.js";
export { type ApplyOptions, apply, type ParametersOptions, parameters } from "./applyByName.js";
export type { DsqOptions } from "./dsq.js";
export type {
  BackwardInput,
  Estimator,
  EstimatorContext,
  EstimatorParameters,
  ForwardInput,
  LearnedParameters,
  TensorRole,
} from "./estimator.js";
export type { EwgsOptions } from "./ewgs.js";
export { grid } from "./grid.js";
export { type GradientFormat, quantizeGradient } from "./quantizeGradient.js";
export {
  type CitedEstimator,
  type EstimatorChoice,
  type EstimatorName,
  get,
  type NamedEstimator,
  names,
  register,
} from "./registry.js";

export { dsqWith as dsq } from "./dsq.js";
export type {
  Estimator,
  EstimatorContext,
  LearnedParameters,
  Parameters,
  TensorRole,
} from "./estimator.js";
export { ewgsWith as ewgs } from "./ewgs.js";
export { type FakeQuantizeOptions, fakeQuantize, parameters } from "./fakeQuantize.js";
export { type GradientFormat, quantizeGradient } from "./quantizeGradient.js";
export { type EstimatorName, get, names, register } from "./registry.js";

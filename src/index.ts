export * as datasets from "./datasets/index.js";
export type { Dataset } from "./datasets/index.js";
export * as models from "./models/index.js";
export { type Environment, environment, tf } from "./tensorflow/index.js";
export {
  accuracy,
  type Board,
  type EpochResult,
  type Evaluation,
  evaluate,
  type FitOptions,
  fit,
  type OptimizerOption,
} from "./train/index.js";

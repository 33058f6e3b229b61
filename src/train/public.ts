export type { ModelTensors, TensorData, TrainingData } from "./data/data.js";
export type { InputData, InputTensors } from "./data/inputs.js";
export {
  type AccuracyOptions,
  accuracy,
  type EvaluateOptions,
  type Evaluation,
  evaluate,
} from "./evaluate.js";
export { fit } from "./fit.js";
export { type EpochResult, History } from "./history.js";
export type { CallbackFunctions, CallbackObject, Callbacks } from "./options/callbacks.js";
export type { LearningRateSchedule } from "./options/learningRate.js";
export type { Loss, LossFunction, LossName } from "./options/loss.js";
export type { MetricName, Metrics } from "./options/metrics.js";
export type { OptimizerName, OptimizerOption } from "./options/optimizer.js";
export type { FitBoard, FitOptions } from "./options/options.js";
export { StepCallback } from "./options/stepCallback.js";
export { type PredictOptions, predict } from "./predict.js";
export { DivergenceError } from "./recovery/divergence.js";
export { trained } from "./trained.js";

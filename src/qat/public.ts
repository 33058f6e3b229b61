export type {
  Biases,
  EstimatorOption,
  EstimatorsByRole,
  MovingAverageOption,
  SnappedBiases,
  TensorQuantizer,
} from "../quantized/index.js";
export {
  disableFakeQuant,
  disableObserver,
  enableFakeQuant,
  enableObserver,
  type QuantizedLayerOptions,
  quantizers,
  snapBiases,
} from "../quantized/index.js";
export {
  foldTrainedBatchNorm,
  freezeBatchNorm,
  type ReestimateOptions,
  reestimateBatchNorm,
  TrainedBatchNorm,
  type TrainedBatchNormOptions,
  unfreezeBatchNorm,
} from "./batchNorm/index.js";
export {
  binRegularization,
  dampening,
  LossTerm,
  type LossTermOptions,
  type Ramp,
  sine,
} from "./lossTerms/index.js";
export {
  type FreezeOptions,
  type KernelOscillation,
  OscillationTracker,
  type TrackOscillationOptions,
  trackOscillation,
} from "./oscillation/index.js";
export {
  type BitSteps,
  type QatSchedule,
  type ScheduleOptions,
  schedule,
} from "./schedule/index.js";

export {
  FoldedBatchNorm,
  type FoldedBatchNormOptions,
  fold,
  freezeBatchNorm,
  reestimateBatchNorm,
  unfreezeBatchNorm,
} from "./batchNorm/index.js";
export type { CalibrationData, CalibrationTensors } from "./calibrationData.js";
export type { ChannelAxes } from "./channelsLast.js";
export type { EstimatorOption } from "./layerOptions.js";
export { type LayerRole, type LayerRule, type LayerRules, register } from "./layers/index.js";
export {
  binRegularization,
  dampening,
  LossTerm,
  type LossTermOptions,
  type Ramp,
  sine,
} from "./lossTerms/index.js";
export {
  disableFakeQuant,
  disableObserver,
  enableFakeQuant,
  enableObserver,
  quantizers,
} from "./modes.js";
export type { ObserverOption } from "./observerOption.js";
export {
  type FreezeOptions,
  type KernelOscillation,
  OscillationTracker,
  type TrackOscillationOptions,
  trackOscillation,
} from "./oscillation/index.js";
export { type PrepareOptions, prepare } from "./prepare.js";
export { QuantizedLayer, type QuantizedLayerOptions } from "./quantizedLayer.js";
export {
  type BitSteps,
  type QatSchedule,
  type ScheduleOptions,
  schedule,
} from "./schedule/index.js";
export type { TensorQuantizer } from "./tensorQuantizer.js";

export * as calibration from "./calibration/index.js";
export * as analysis from "./analysis/index.js";
export {
  type CalibrationMethod,
  type Observer,
  observer,
} from "./calibration/index.js";
export type { Dataset } from "./datasets/index.js";
export * as datasets from "./datasets/index.js";
export { dataset, type OwnDataOptions } from "./datasets/own/dataset.js";
export { display, progress } from "./display/index.js";
export * as exercises from "./exercises/index.js";
export * as export from "./export/index.js";
export { foldBatchNorm } from "./models/foldBatchNorm.js";
export * as models from "./models/index.js";
export * as plot from "./plot/index.js";
export {
  type CompiledGraph,
  type Profile,
  type ProfileOptions,
  profile,
  type Speedup,
  type Timing,
} from "./profile/index.js";
export { ptq, type QuantizeOptions, quantize, type Step, type StepName } from "./ptq/index.js";
export { type PrepareOptions, prepare, QuantizedLayer } from "./qat/index.js";
export {
  type Affine,
  affine,
  codes,
  coveringRange,
  type FormatOptions,
  fakeQuantize,
  type IntegerFormat,
  int,
  type LayerFormats,
  type Range,
  type Scheme,
  scheme,
  uint,
} from "./quantizers/index.js";
export { type ClaimOptions, claim, dataFrame, type Interval, interval } from "./report/index.js";
export {
  type Compiled,
  type CompileOptions,
  compile,
  type Environment,
  environment,
  random,
  tf,
} from "./tensorflow/index.js";
export {
  accuracy,
  type Board,
  type CallbackFunctions,
  type CallbackObject,
  type Callbacks,
  type EpochResult,
  type EvaluateOptions,
  type Evaluation,
  evaluate,
  type FitOptions,
  fit,
  History,
  type Loss,
  type LossFunction,
  type Metrics,
  type ModelTensors,
  type OptimizerOption,
  type Schedule,
  type TensorData,
  type TrainingData,
} from "./train/index.js";

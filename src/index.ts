export * as analysis from "./analysis/index.js";
export * as calibration from "./calibration/index.js";
export {
  type CalibrationMethod,
  type Observer,
  observer,
} from "./calibration/index.js";
export * as compression from "./compression/index.js";
export type { Dataset } from "./datasets/index.js";
export * as datasets from "./datasets/index.js";
export { dataset, type OwnDataOptions } from "./datasets/own/dataset.js";
export { display, progress } from "./display/index.js";
export * as estimators from "./estimators/public.js";
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
export * as qat from "./qat/index.js";
export { type PrepareOptions, prepare, QuantizedLayer } from "./qat/index.js";
export {
  type Affine,
  affine,
  type BinaryFormat,
  bfloat16,
  binary,
  type CodebookFormat,
  type CodebookOptions,
  type CodebookScale,
  codebook,
  codes,
  coveringRange,
  type Format,
  type FormatOptions,
  fakeQuantize,
  float16,
  fp4,
  fp6,
  fp8,
  type Granularity,
  type IntegerFormat,
  int,
  type Kernel,
  kMeans,
  type LayerFormats,
  lloydMax,
  type MinifloatFormat,
  type MinifloatOptions,
  type MxFormat,
  type MxOptions,
  minifloat,
  mxfp4,
  mxfp6,
  mxfp8,
  mxint8,
  nf4,
  pack,
  QuantizedTensor,
  quantized,
  type Range,
  type Rounding,
  type Scales,
  type Scheme,
  type SchemeOptions,
  type SharingOptions,
  type Specials,
  scheme,
  type TernaryFormat,
  ternary,
  uint,
  unpack,
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
  DivergenceError,
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
  StepCallback,
  type TensorData,
  type TrainingData,
} from "./train/index.js";

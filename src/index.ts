/**
 * Quantization-aware training, post-training quantization and their analysis, for TensorFlow.js.
 *
 * Calls have one grammar: `f(model, scheme, data, { options })`, where an argument that a function doesn't need is
 * left out.
 *
 * - Models come first. A function that takes two of them takes the reference first, the float model, and then the
 *   model that is compared with it or changed.
 * - The scheme, or the format of a function for tensors, follows.
 * - Data that a function trains or measures on are an argument: a data set, or tensors, `{ xs, ys }`. Examples on
 *   which ranges are found are always the option `calibration`, and never change a weight by training.
 * - Options come last, in one object. A function refuses an option that it doesn't have, before it builds anything.
 *
 * A function returns a promise if it loads data, calibrates, trains, or searches layer by layer: between its steps
 * plots are drawn, and an interrupt is heard. Every other function returns its result at once, also one that passes
 * examples through a model once, such as `q.evaluate`.
 *
 * @packageDocumentation
 */

export * as analysis from "./analysis/public.js";
export {
  type Benchmark,
  type Benchmarked,
  type BenchmarkOptions,
  type BenchmarkRow,
  type BreakEven,
  type BreakEvenEnergy,
  type BreakEvenOptions,
  benchmark,
  type LabelledData,
} from "./benchmark/public.js";
export {
  type CalibrationMethod,
  type Observer,
  observer,
} from "./calibration/index.js";
export * as calibration from "./calibration/public.js";
export * as compression from "./compression/public.js";
export { Dataset, dataset, type OwnDataOptions } from "./datasets/index.js";
export * as datasets from "./datasets/public.js";
export { display, type ProgressOptions, progress } from "./display/public.js";
export * as estimators from "./estimators/public.js";
export * as exercises from "./exercises/public.js";
export * as export from "./export/public.js";
export {
  Gate,
  type GateOptions,
  type GateRow,
  type GroupLimits,
  gate,
  type Verdict,
} from "./gate/public.js";
export { foldBatchNorm } from "./graph/public.js";
export {
  type ConvertOptions,
  convert,
  type FollowedOutput,
  type IntegerModel,
  type IntegerOp,
  type IntegerProgram,
  type IntegerTensor,
  type IntegerTrace,
  type KernelName,
  type Term,
  type TracedOp,
} from "./integer/public.js";
export {
  type ChannelAxes,
  type LayerRole,
  type LayerRule,
  type LayerRules,
  type LayerShapes,
  type LinearMap,
  registerLayer,
  type WeightRule,
} from "./layers/public.js";
export * as report from "./modelCard/public.js";
export * as models from "./models/public.js";
export {
  type Alarm,
  Monitor,
  type MonitorOptions,
  monitor,
  restoreMonitor,
} from "./monitor/public.js";
export * as plot from "./plot/public.js";
export {
  type CompiledGraph,
  type Profile,
  type ProfileOptions,
  profile,
  type Speedup,
  type Timing,
} from "./profile/index.js";
export * as provenance from "./provenance/public.js";
export {
  ptq,
  type QuantizeOptions,
  quantize,
  type Technique,
  type TechniqueName,
} from "./ptq/index.js";
export * as qat from "./qat/public.js";
export { type PrepareOptions, prepare, QuantizedLayer } from "./quantized/index.js";
export {
  type Affine,
  type Arithmetic,
  affine,
  type BinaryFormat,
  bfloat16,
  binary,
  type CodebookFormat,
  type CodebookOptions,
  type CodebookScale,
  type CustomMinifloatOptions,
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
  type IntOptions,
  int,
  type KMeansOptions,
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
  type NamedSchemeOptions,
  type Nf4Options,
  nf4,
  pack,
  QuantizedTensor,
  quantizeTensor,
  type Rounding,
  type Scales,
  type Scheme,
  type SchemeOptions,
  type SharingOptions,
  type Specials,
  scheme,
  type TernaryFormat,
  ternary,
  type UnpackOptions,
  uint,
  unpack,
  type ValueRange,
} from "./quantizers/public.js";
export {
  type ClaimOptions,
  claim,
  type DataFrameOptions,
  dataFrame,
  differences,
  fast,
  largestDifference,
  percent,
  plusMinus,
  round,
} from "./report/index.js";
export * as robustness from "./robustness/public.js";
export {
  clopperPearson,
  type Difference,
  holm,
  type Interval,
  type IntervalOptions,
  interval,
  mcnemar,
  mean,
  type Proportion,
  pairedDifference,
} from "./statistics/public.js";
export {
  type AgainstOptions,
  type Comparison,
  type ComparisonRow,
  type MeasuredForm,
  type Study,
  type StudyOptions,
  type StudyRow,
  type StudyRun,
  study,
} from "./study/public.js";
export {
  type Compiled,
  type CompileOptions,
  compile,
  type Environment,
  environment,
  random,
  tf,
} from "./tensorflow/public.js";
export {
  type AccuracyOptions,
  accuracy,
  type CallbackFunctions,
  type CallbackObject,
  type Callbacks,
  DivergenceError,
  type EpochResult,
  type EvaluateOptions,
  type Evaluation,
  evaluate,
  type FitBoard,
  type FitOptions,
  fit,
  History,
  type InputData,
  type InputTensors,
  type LearningRateSchedule,
  type Loss,
  type LossFunction,
  type LossName,
  type MetricName,
  type Metrics,
  type ModelTensors,
  type OptimizerName,
  type OptimizerOption,
  type PredictOptions,
  predict,
  StepCallback,
  type TensorData,
  type TrainingData,
  trained,
} from "./train/public.js";
export * as widgets from "./widgets/public.js";

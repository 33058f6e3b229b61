/** @internal */
export { ChannelStatistics } from "./batchNorm/batchStatistics.js";
export { TrainedBatchNorm, type TrainedBatchNormOptions } from "./batchNorm/trainedBatchNorm.js";
/** @internal */
export { innerOf, trainedBatchNorms } from "./batchNorm/trainedBatchNorms.js";
/** @internal */
export { type BiasCodes, biasCodes, weightScaleOf } from "./biases/biasGrid.js";
/** @internal */
export { calibrate, calibrateWeights } from "./calibrate.js";
/** @internal */
export {
  checkLayers,
  checkTypes,
  formatsFor,
  formatsIn,
  isQuantizedOutput,
} from "./layerFormats.js";
/** @internal */
export { warnOf } from "./left.js";
/** @internal */
export { quantizedTwin } from "./prepare.js";
export * from "./public.js";
/** @internal */
export { passesValues } from "./reach.js";
/** @internal */
export { checkSupported, hasWeights } from "./roles.js";
/** @internal */
export { isPrepared, passedThrough, passing } from "./through.js";
/** @internal */
export { warnAtPrediction } from "./warnings.js";

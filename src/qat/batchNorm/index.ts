export { TrainedBatchNorm, type TrainedBatchNormOptions } from "../../quantized/index.js";
export { foldTrainedBatchNorm } from "./foldTrainedBatchNorm.js";
export { freezeBatchNorm, unfreezeBatchNorm } from "./freeze.js";
export { type ReestimateOptions, reestimateBatchNorm } from "./reestimate.js";

export { fold } from "./fold.js";
export { FoldedBatchNorm, type FoldedBatchNormOptions } from "./foldedBatchNorm.js";
export { freezeBatchNorm, unfreezeBatchNorm } from "./freeze.js";
export { reestimateBatchNorm } from "./reestimate.js";

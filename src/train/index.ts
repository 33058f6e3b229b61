/** @internal */
export { calibrationBatchSize, evaluationBatchSize } from "./data/batchSizes.js";
/** @internal */
export { classified, inputBatches, inputsOf, predictedClasses } from "./data/inputs.js";
/** @internal */
export { constrain, type Keeper } from "./loop/constrained.js";
/** @internal */
export { Turns } from "./loop/turns.js";
/** @internal */
export { yieldToEvents } from "./loop/yieldToEvents.js";
/** @internal */
export { endingOf, withLogits, withoutActivation } from "./options/ending.js";
/** @internal */
export { labelCrossEntropy, ofLogits } from "./options/loss.js";
/** @internal */
export { acc, named } from "./options/metrics.js";
export * from "./public.js";
/** @internal */
export { type Unready, warnUnready } from "./readiness.js";

/** @internal */
export { checkClasses, checkExamples, checkModel, kindOf } from "./check.js";
/** @internal */
export { normalizationAfter, statistics, trainsBatchNorm } from "./foldBatchNorm.js";
/** @internal */
export { foldedTopology } from "./foldedTopology.js";
/** @internal */
export { freeName } from "./names.js";
/** @internal */
export { partsOf } from "./options.js";
export * from "./public.js";
/** @internal */
export { copy, ownLayers, type Replacement, rebuild } from "./rebuild.js";
export type { Layer } from "./topology.js";
/** @internal */
export {
  flatLayers,
  graphOf,
  inputNames,
  type LayerNode,
  outputNames,
  topology,
} from "./topology.js";
/** @internal */
export { checkComputed, checkTrainable } from "./trainable.js";
/** @internal */
export { copyWeights, inOrder, twinOf } from "./twin.js";
/** @internal */
export { warnUnknown } from "./unknown.js";
/** @internal */
export { withFoldedBatchNorm } from "./withFoldedBatchNorm.js";

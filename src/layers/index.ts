/** @internal */
export { alongChannels, channelsIn, channelsLast } from "./channelsLast.js";
export type { Layer } from "./layer.js";
/** @internal */
export { checkLayerOptions } from "./layerOptions.js";
/** @internal */
export { type Limit, limitOf } from "./limits.js";
/** @internal */
export { macsOf } from "./macs.js";
/** @internal */
export { indexAlong, type Matrices, matricesOf, probeShape } from "./matrices.js";
/** @internal */
export { isElementwise, nonlinearityOf, withoutBound } from "./nonlinearity.js";
/** @internal */
export type { Exchange } from "./parts.js";
/** @internal */
export { checkPath, exchanged, weightAt } from "./parts.js";
/** @internal */
export { isChannelsFirst, isRecurrent, product } from "./positions.js";
export * from "./public.js";
/** @internal */
export { hasRule, ruleOf, unknownIn } from "./registry.js";
export type { RuledWeight } from "./weights.js";
/** @internal */
export { biasOf, makingWeight, ruledWeights } from "./weights.js";

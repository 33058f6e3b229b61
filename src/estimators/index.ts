/** @internal */
export { applyEstimator } from "./apply.js";
/** @internal */
export { clippedSte } from "./clippedSte.js";
/** @internal */
export { gridFor, roundedBy } from "./parameters.js";
/** @internal */
export { fromLogarithm, logarithmOf } from "./positive.js";
export * from "./public.js";
/** @internal */
export { gradientFormat } from "./quantizeGradient.js";
/** @internal */
export { chosen, estimatorFor } from "./registry.js";
/** @internal */
export { withPass } from "./withPass.js";

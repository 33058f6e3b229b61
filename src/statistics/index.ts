/** @internal */
export { binomialTail } from "./binomial.js";
/** @internal */
export { bisect } from "./bisect.js";
/** @internal */
export { type Distribution, gaussian, laplace } from "./distributions.js";
/** @internal */
export { extent } from "./extent.js";
/** @internal */
export { meanOfRelu, normalDensity, normalTail } from "./normal.js";
/** @internal */
export { pairedShare } from "./pairedShare.js";
/** @internal */
export { proportion } from "./proportion.js";
export * from "./public.js";
/** @internal */
export { separation } from "./separation.js";

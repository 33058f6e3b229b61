/** @internal */
export { axis } from "./axis.js";
/** @internal */
export { withImage } from "./figure.js";
export * from "./public.js";
/** @internal */
export { translucent } from "./theme.js";

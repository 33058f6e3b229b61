/** @internal */
export { layerBars } from "./layerBars.js";
export * from "./public.js";
export { Result } from "./result.js";

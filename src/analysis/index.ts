/** @internal */
export { layerBars } from "./layerBars.js";
export * from "./public.js";
export { Result, type Row } from "./result.js";
/** @internal */
export { groupedExamples } from "./subgroups/groupedExamples.js";

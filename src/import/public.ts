export { load } from "./load.js";
export type { LoadOptions } from "./source/options.js";
export type { ModelSource } from "./source/source.js";

export { Dataset } from "./dataset.js";
export { dataset, type OwnDataOptions } from "./own/dataset.js";
export * from "./public.js";
/** @internal */
export { permutation } from "./random.js";
/** @internal */
export { sha256 } from "./sha256.js";

/** @internal */
export { checkFile, writeWholeFile } from "#door/export/files/file";
/** @internal */
export { type Facts, factsOf } from "./manifest/facts.js";
/** @internal */
export * from "./public.js";
/** @internal */
export { quantizeFor } from "./tflite/quantizeFor.js";

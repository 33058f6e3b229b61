/** @internal */
export { checkFile, writeWholeFile } from "#door/export/files/file";
/** @internal */
export { factsOf } from "./manifest/facts.js";
export * from "./public.js";
/** @internal */
export { quantizeFor } from "./tflite/quantizeFor.js";

/** @internal */
export { programIn } from "./manifest/integers.js";
export * from "./public.js";
/** @internal */
export { quantizeFor } from "./tflite/quantizeFor.js";

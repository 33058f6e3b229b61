/** @internal */
export * from "./public.js";
/** @internal */
export { quantizeFor } from "./tflite/quantizeFor.js";

export * as ptq from "./public.js";
export { type QuantizeOptions, quantize } from "./quantize.js";
export type { Technique, TechniqueName } from "./techniques.js";

export { type QuantizeOptions, quantize } from "./quantize.js";
export type { Step, StepName } from "./steps.js";
export * as ptq from "./techniques.js";

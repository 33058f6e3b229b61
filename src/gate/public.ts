export { gate } from "./gate.js";
export type { GateOptions, GroupLimits } from "./options.js";
export { Gate, type GateRow } from "./result.js";
export type { Verdict } from "./verdict.js";

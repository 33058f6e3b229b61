export type { FollowedOutput, Term } from "./follow.js";
export { IntegerTrace, type TracedOp } from "./trace.js";

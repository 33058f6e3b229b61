export { type ConvertOptions, convert } from "./convert/convert.js";
export { IntegerModel } from "./model/integerModel.js";
export type {
  IntegerOp,
  IntegerProgram,
  IntegerTensor,
  KernelName,
} from "./program/index.js";
export type { FollowedOutput, IntegerTrace, Term, TracedOp } from "./trace/index.js";

export type * from "./ops.js";
export type * from "./program.js";
export type * from "./tensor.js";

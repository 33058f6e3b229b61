export { accuracy, type Evaluation, evaluate } from "./evaluate.js";
export { type Board, type EpochResult, type FitOptions, fit } from "./fit.js";
export { History } from "./history.js";
export type { OptimizerOption, Schedule } from "./optimizer.js";

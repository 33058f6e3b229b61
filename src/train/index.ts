export { accuracy, type Evaluation, evaluate } from "./evaluate.js";
export { type Board, type FitOptions, fit } from "./fit.js";
export { type EpochResult, History } from "./history.js";
export type { OptimizerOption, Schedule } from "./optimizer.js";

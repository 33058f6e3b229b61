export { check, restart } from "./check.js";
export { question } from "./lessons.js";
export { type PredictOptions, predict } from "./predict.js";
export { Prediction } from "./prediction.js";
export { Verdict } from "./verdict.js";

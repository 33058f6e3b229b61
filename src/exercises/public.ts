export { check, restart } from "./check.js";
export { question } from "./lessons.js";
export { Verdict } from "./verdict.js";

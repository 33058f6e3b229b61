export { Comparison, type ComparisonRow } from "./comparison.js";
export type { AgainstOptions, StudyOptions, StudyRun } from "./options.js";
export { type MeasuredForm, Study } from "./result.js";
export type { StudyRow } from "./rows.js";
export { study } from "./study.js";

export { check, restart } from "./check.js";
export { question } from "./lessons.js";
export { type PredictOptions, predict } from "./predict.js";
export { Prediction } from "./prediction.js";
export { CourseMap, type MapExercise, type MapLesson } from "./progress/map.js";
export { progress } from "./progress/progress.js";
export { type SheetOptions, sheet, type WrittenSheet } from "./progress/sheet.js";
export { Verdict } from "./verdict.js";

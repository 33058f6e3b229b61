/** @internal */
export { course, type Lesson } from "./course.js";
/** @internal */
export { exerciseNamed, lessons } from "./lessons.js";
/** @internal */
export { readSheet, type SheetExercise, type SheetFile } from "./progress/sheetForm.js";
export * from "./public.js";

export type { BitSteps, ScheduleOptions } from "./options.js";
export { type QatSchedule, schedule } from "./schedule.js";

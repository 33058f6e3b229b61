export type { FreezeOptions, TrackOscillationOptions } from "./options.js";
export { type KernelOscillation, OscillationTracker, trackOscillation } from "./tracker.js";

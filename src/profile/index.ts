export { type ProfileOptions, profile } from "./profile.js";
export type { CompiledGraph, Profile, Speedup } from "./result.js";
export type { Timing } from "./timing.js";

export { now } from "./processes.js";
export { endChildren, interruptChildren } from "./stop.js";

export { Debugger, type DebugRequest } from "./debugger.js";

export { createNativeEngine, type NativeEngine } from "./native.js";

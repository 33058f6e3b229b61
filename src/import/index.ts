export * from "./public.js";
/** @internal */
export { crc32 } from "./zip/crc32.js";

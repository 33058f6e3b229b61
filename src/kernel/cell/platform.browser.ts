/** The scripts of the page: the kernel and the library are one file. */
export const kernelFolder = `${globalThis.location?.origin ?? "null"}/`;

export { inspectValue as inspect } from "../../display/index.js";
export { dirname } from "../paths.browser.js";

/** A browser doesn't tell which objects are proxies. */
export function isProxy(_value: unknown): boolean {
  return false;
}

/** The path of a file that a stack names: cells are written as in an address. */
export function pathInStack(file: string): string {
  if (!file.startsWith("/")) return file;
  try {
    return decodeURI(file);
  } catch {
    return file;
  }
}

/** A browser doesn't tell the processor's time. */
export function processorTime(): number | null {
  return null;
}

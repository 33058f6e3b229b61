import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { types } from "node:util";

export { dirname } from "node:path";
export { inspect } from "node:util";

/** `src/kernel` or `dist/kernel`: frames of files in this folder are the kernel's own. */
export const kernelFolder = dirname(dirname(fileURLToPath(import.meta.url)));
export const isProxy = types.isProxy;

/** The path of a file that a stack names, perhaps by its address. */
export function pathInStack(file: string): string {
  if (!file.startsWith("file:")) return file;
  try {
    return fileURLToPath(file);
  } catch {
    return file;
  }
}

/** The processor's time that this process has used so far, in milliseconds; null where nobody tells. */
export function processorTime(): number | null {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

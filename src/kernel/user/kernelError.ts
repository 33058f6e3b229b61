import type { Failure } from "../messages.js";

/** The failure of a cell that the kernel couldn't finish: the cells have replaced what every program needs. */
export function kernelError(error: unknown): Failure {
  const evalue =
    `the kernel failed on something that a cell has replaced, such as Object.keys (${String(error)}): ` +
    "restart the kernel, and replace it for a part of the code only";
  return { ename: "KernelError", evalue, traceback: [`KernelError: ${evalue}`] };
}

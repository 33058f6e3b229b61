import type { Failure } from "../messages.js";

/**
 * The failure of a cell that is stopped since the heap is nearly full.
 *
 * @param used the bytes that are in use
 * @param limit the bytes at which V8 would end the kernel
 */
export function outOfMemory(used: number, limit: number): Failure {
  const evalue =
    `JavaScript's values take ${size(used)} of the ${size(limit)} that they may, so the cell was stopped before ` +
    "the kernel would have died. Its variables are kept: release the large ones (list.length = 0; data = null), or " +
    "give the kernel more, e.g. 16 GB by NODE_OPTIONS=--max-old-space-size=16384 in the environment of Jupyter.";
  return { ename: "OutOfMemory", evalue, traceback: [`OutOfMemory: ${evalue}`] };
}

function size(bytes: number): string {
  const megabytes = bytes / 2 ** 20;
  return megabytes < 1000 ? `${megabytes.toFixed(0)} MB` : `${(megabytes / 1024).toFixed(1)} GB`;
}

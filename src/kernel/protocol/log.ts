import { writeSync } from "node:fs";

/**
 * Writes a line to the kernel's own stderr, which Jupyter shows in its terminal. The write is synchronous:
 * a worker's `process.stderr` goes through the main thread, which may be busy with the user's code.
 */
export function log(line: string): void {
  try {
    writeSync(2, `[qatlab] ${line}\n`);
  } catch {
    // nobody reads our stderr
  }
}

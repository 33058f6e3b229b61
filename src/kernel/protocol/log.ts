import { writeSync } from "node:fs";

/** How many lines may come at once, and how many milliseconds later another one may. */
const burst = 20;
const interval = 10_000;
/** The most characters of a line. */
const width = 400;

let room = burst;
let refilled = performance.now();
let left = 0;

/**
 * Writes a line to the kernel's own stderr, which Jupyter shows in its terminal. The write is synchronous:
 * a worker's `process.stderr` goes through the main thread, which may be busy with the user's code.
 *
 * The rate and the width are bounded: what a stranger sends may cause lines, and must neither fill a disk
 * nor a pipe that nobody reads. The next line that is written says how many were left out.
 */
export function log(line: string): void {
  const refill = Math.floor((performance.now() - refilled) / interval);
  if (refill > 0) {
    room = Math.min(burst, room + refill);
    refilled += refill * interval;
  }
  if (room === 0) {
    left++;
    return;
  }
  room--;
  const note = left > 0 ? ` (${left} lines before this one were left out)` : "";
  left = 0;
  writeToLog(`[qatlab] ${printable(line)}${note}\n`);
}

let descriptor = 2;

/** Has the log go to another file descriptor than 2, which may lead into the notebook. */
export function setLog(fd: number): void {
  descriptor = fd;
}

/** Writes text to the kernel's own stderr as it is. */
export function writeToLog(text: string): void {
  try {
    writeSync(descriptor, text);
  } catch {
    // nobody reads our stderr
  }
}

/** Cuts a text, and takes the control characters out by which it could disguise itself in a terminal. */
function printable(text: string): string {
  const short = text.length > width ? `${text.slice(0, width)}…` : text;
  return short.replace(/(?!\n)\p{Cc}/gu, " ");
}

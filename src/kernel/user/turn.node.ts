import timers from "node:timers";

// Node's own functions, since those that cells see are silent once a cell is interrupted.
const { setImmediate, setTimeout } = timers;

/** Calls `next` after some milliseconds; this keeps no process alive. */
export function after(ms: number, next: () => void): void {
  setTimeout(next, ms).unref();
}

/**
 * Calls `next` when microtasks, ticks and immediates that wait now have run, and, if timers were set, those
 * that are due as well.
 *
 * @param scheduled whether timers or immediates were set; it is asked after the microtasks, which may set some
 */
export function afterTurn(scheduled: () => boolean, next: () => void): void {
  setImmediate(() => {
    // Node runs timers in the order of their ends: this one comes after all that are due.
    if (scheduled()) setTimeout(() => setImmediate(next), 1);
    else next();
  });
}

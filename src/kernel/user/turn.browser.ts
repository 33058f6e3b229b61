// The browser's own functions, since those that cells see are silent once a cell is interrupted.
const wait = globalThis.setTimeout.bind(globalThis);
const { port1, port2 } = new MessageChannel();
const waiting: (() => void)[] = [];
port1.onmessage = () => waiting.shift()?.();

/** Calls `next` when what waits now has had its turn: a timer of a browser waits 4 ms, a message doesn't. */
function soon(next: () => void): void {
  waiting.push(next);
  port2.postMessage(null);
}

/** Calls `next` after some milliseconds. */
export function after(ms: number, next: () => void): void {
  wait(next, ms);
}

/** Calls `next` when microtasks and messages that wait now have run, and, if timers were set, those that are due as well. */
export function afterTurn(scheduled: () => boolean, next: () => void): void {
  soon(() => {
    if (scheduled()) wait(() => soon(next), 5);
    else next();
  });
}

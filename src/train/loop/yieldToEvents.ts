/** @internal Lets timers, messages and interrupts through, then goes on. */
export function yieldToEvents(): Promise<void> {
  return new Promise((resolve) => {
    // Browsers have no setImmediate; a timer does the same there, a little later.
    if (typeof setImmediate === "function") setImmediate(resolve);
    else setTimeout(resolve);
  });
}

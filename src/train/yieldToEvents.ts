/** @internal Lets timers, messages and interrupts through, then goes on. */
export function yieldToEvents(): Promise<void> {
  return new Promise((resolve) => {
    // Not in browsers; there a timer does the same, a little later.
    if (typeof setImmediate === "function") setImmediate(resolve);
    else setTimeout(resolve);
  });
}

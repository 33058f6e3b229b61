import { type CellContext, cellContext } from "../user/context.js";

type Timer = "setTimeout" | "setInterval";

/**
 * Has timers run for the cell that has set them, and silences those of an interrupted cell. It must be called before
 * other code takes a reference to them.
 *
 * @param owner finds the cell whose code is running
 */
export function silenceInterruptedTimers(owner: () => CellContext | null): void {
  for (const name of ["setTimeout", "setInterval"] as const) gate(name, owner);
}

function gate(name: Timer, owner: () => CellContext | null): void {
  const original = globalThis[name].bind(globalThis) as (...args: unknown[]) => number;
  const gated = (callback: unknown, ...rest: unknown[]): number => {
    const context = owner();
    if (context === null || typeof callback !== "function") return original(callback, ...rest);
    context.scheduled = true;
    const cleans = context.interrupted;
    const timer = original(
      (...args: unknown[]) => {
        if (cleans ? context.ended : context.interrupted) {
          if (name === "setInterval") clearInterval(timer);
          return;
        }
        cellContext.run(context, () => callback(...args));
      },
      ...rest,
    );
    return timer;
  };
  Object.defineProperty(globalThis, name, { value: gated, configurable: true, writable: true });
}

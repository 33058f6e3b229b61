import { syncBuiltinESMExports } from "node:module";
import timers from "node:timers";
import timersPromises from "node:timers/promises";
import { cellContext } from "./context.js";

type AnyFunction = (...args: any[]) => any;

const never = new Promise<never>(() => {});

/**
 * Silences the timers of an interrupted cell: a loop that sleeps, also inside a library, then never wakes
 * up. A sleep isn't rejected, since a loop that catches errors would spin.
 *
 * The function covers the globals, `node:timers` and `node:timers/promises`. It must be called before other
 * code takes a reference to them.
 */
export function silenceInterruptedTimers(): void {
  for (const name of ["setTimeout", "setImmediate"] as const) {
    patch(timers, name, (original) => gateCallback(original, false));
    patch(timersPromises, name, gatePromise);
  }
  patch(timers, "setInterval", (original) => gateCallback(original, true));
  patch(timersPromises, "setInterval", gateIterator);
  patch(timersPromises.scheduler, "wait", gatePromise);
  Object.assign(globalThis, {
    setTimeout: timers.setTimeout,
    setImmediate: timers.setImmediate,
    setInterval: timers.setInterval,
  });
  syncBuiltinESMExports();
}

/** Replaces a function, keeping its name and its properties (`util.promisify.custom`). */
function patch(target: object, name: string, wrap: (original: AnyFunction) => AnyFunction): void {
  const functions = target as Record<string, AnyFunction>;
  const original = functions[name]!;
  const wrapped = wrap(original.bind(target));
  Object.defineProperties(wrapped, Object.getOwnPropertyDescriptors(original));
  functions[name] = wrapped;
}

function gateCallback(original: AnyFunction, repeats: boolean): AnyFunction {
  return (callback: unknown, ...rest: unknown[]) => {
    const context = cellContext.getStore();
    if (context === undefined || typeof callback !== "function") return original(callback, ...rest);
    context.scheduled = true;
    return original(
      function (this: NodeJS.Timeout, ...args: unknown[]) {
        if (!context.interrupted) return callback.apply(this, args);
        if (repeats) clearInterval(this);
      },
      ...rest,
    );
  };
}

function gatePromise(original: AnyFunction): AnyFunction {
  return (...args: unknown[]) => {
    const context = cellContext.getStore();
    const promise: Promise<unknown> = original(...args);
    if (context === undefined) return promise;
    context.scheduled = true;
    return promise.then(
      (value) => (context.interrupted ? never : value),
      (error) => (context.interrupted ? never : Promise.reject(error)),
    );
  };
}

function gateIterator(original: AnyFunction): AnyFunction {
  return async function* (...args: unknown[]) {
    const context = cellContext.getStore();
    for await (const value of original(...args)) {
      if (context?.interrupted) break; // clears the interval
      yield value;
    }
    if (context?.interrupted) await never;
  };
}

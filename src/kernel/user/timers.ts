import { syncBuiltinESMExports } from "node:module";
import timers from "node:timers";
import timersPromises from "node:timers/promises";
import { KeyboardInterrupt } from "../cell/index.js";
import { type CellContext, cellContext } from "./context.js";

type AnyFunction = (...args: any[]) => any;

const never = new Promise<never>(() => {});

/**
 * Silences the timers of an interrupted cell: a loop that sleeps by a callback, also inside a library, then never
 * wakes up. A sleep of `node:timers/promises` is rejected. Timers that code sets to clean up after the interrupt
 * fire, as long as it may clean up.
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

/** Tells whether a timer that is set now is silent: those of code that cleans up fire until its time is over. */
function silence(context: CellContext): () => boolean {
  return context.interrupted ? () => context.ended : () => context.interrupted;
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
    const silent = silence(context);
    return original(
      function (this: NodeJS.Timeout, ...args: unknown[]) {
        if (!silent()) return callback.apply(this, args);
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
    const silent = silence(context);
    return new Promise((resolve, reject) => {
      const forget = context.onInterrupt(() => reject(new KeyboardInterrupt()));
      promise.then(
        (value) => {
          forget();
          if (!silent()) resolve(value);
        },
        (error) => {
          forget();
          if (!silent()) reject(error);
        },
      );
    });
  };
}

function gateIterator(original: AnyFunction): AnyFunction {
  return async function* (...args: unknown[]) {
    const context = cellContext.getStore();
    const silent = context ? silence(context) : () => false;
    for await (const value of original(...args)) {
      if (silent()) break; // clears the interval
      yield value;
    }
    if (silent()) await never;
  };
}

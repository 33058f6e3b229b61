import timers from "node:timers";
import { inspect } from "node:util";

/** The properties that `AsyncLocalStorage` adds to promises and timers up to Node 22. */
const hidden = new Set(["async_id_symbol", "trigger_async_id_symbol", "kResourceStore"]);

type CustomInspect = (this: object, ...args: unknown[]) => unknown;

/**
 * Shows promises and timers as plain Node.js does, `Promise { <pending> }`: the properties by which the
 * kernel finds their cell are hidden while a value is formatted.
 */
export function hideAsyncMarks(): void {
  const timeout = timers.setTimeout(() => {}, 0);
  const immediate = timers.setImmediate(() => {});
  clearTimeout(timeout);
  clearImmediate(immediate);
  for (const value of [Promise.resolve(), timeout, immediate]) {
    const prototype = Object.getPrototypeOf(value) as Record<symbol, CustomInspect | undefined>;
    const original = prototype[inspect.custom];
    const custom: CustomInspect = function (...args) {
      hideMarks(this);
      return original ? original.apply(this, args) : this;
    };
    Object.defineProperty(prototype, inspect.custom, {
      value: custom,
      configurable: true,
      writable: true,
    });
  }
}

function hideMarks(value: object): void {
  for (const key of Object.getOwnPropertySymbols(value)) {
    if (!hidden.has(key.description ?? "")) continue;
    if (Object.getOwnPropertyDescriptor(value, key)!.configurable) {
      Object.defineProperty(value, key, { enumerable: false });
    }
  }
}

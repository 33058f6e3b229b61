import type { Interrupt } from "./interrupt.js";
import { KeyboardInterrupt } from "./keyboardInterrupt.js";

type Executor = (resolve: (value: unknown) => void, reject: (reason: unknown) => void) => void;

const never = new Promise<never>(() => {});

/** Gives `await` its operand: the value itself, so that the order of microtasks is the language's, or nothing ever. */
export function until<T>(interrupt: Interrupt, value: T): T | Promise<never> {
  if (interrupt.ended) return never; // a loop that catches every error would go on for ever
  if (interrupt.interrupted && value instanceof Promise) {
    const cleaned = interrupt.clean();
    value.then(cleaned, cleaned);
  }
  return value;
}

/**
 * A promise that follows the promise of a function that the cell imported, and that the interrupt rejects. It takes a
 * microtask more than that promise.
 */
export function follow(interrupt: Interrupt, value: unknown): unknown {
  if (interrupt.interrupted || !interrupt.possible || !(value instanceof Promise)) {
    return until(interrupt, value);
  }
  return new Promise((resolve, reject) => {
    const forget = interrupt.onInterrupt(() => reject(new KeyboardInterrupt()));
    value.then(before(resolve, forget), before(reject, forget));
  });
}

/**
 * `new Promise(executor)` of a cell: the interrupt rejects it. So a sleep ends, and `finally`, `catch` and `using` of
 * all functions that wait for it run, without a change in the order of microtasks before.
 */
export function promise(
  interrupt: Interrupt,
  Constructor: PromiseConstructor,
  executor: Executor,
): Promise<unknown> {
  if (Constructor !== Promise || typeof executor !== "function" || !interrupt.possible) {
    return new Constructor(executor);
  }
  return new Promise((resolve, reject) => {
    const forget = interrupt.interrupted
      ? interrupt.clean()
      : interrupt.onInterrupt(() => reject(new KeyboardInterrupt()));
    try {
      executor(before(resolve, forget), before(reject, forget));
    } catch (error) {
      forget();
      throw error;
    }
  });
}

/** `call`, with `first` called before. */
function before<T>(call: (value: T) => void, first: () => void): (value: T) => void {
  return (value) => {
    first();
    call(value);
  };
}

import { KeyboardInterrupt } from "../cell/index.js";
import { StdinNotImplementedError } from "./ask.js";
import type { Executor } from "./executor.js";
import { keepListeners } from "./keptListeners.js";

/** The error that a cell's `process.exit()` throws. */
class SystemExit extends Error {
  override name = "SystemExit";
}

/**
 * Keeps the kernel alive when the user's code fails outside of a cell's own flow: an error in a
 * callback or a rejected promise is shown on the stderr of the cell that started it.
 *
 * `process.exit()` ends the cell with an error: leaving would lose the notebook's state.
 *
 * @param signalled called on SIGINT
 * @returns the function that really ends the process
 */
export function survive(executor: Executor, signalled: () => void): (code: number) => void {
  const exit = process.exit.bind(process);
  const report = (error: unknown) => {
    const owner = executor.owner();
    // The rest of an interrupted cell fails because of the interrupt, so its errors aren't shown.
    if (owner?.interrupted === true || error instanceof KeyboardInterrupt) return;
    // `readline` would wait for ever for a line that nobody can type.
    if (error instanceof StdinNotImplementedError && executor.fail(error)) return;
    executor.report(error, owner);
  };
  keepListeners({ uncaughtException: report, unhandledRejection: report, SIGINT: signalled });
  process.exit = ((code?: number | string | null) => {
    throw new SystemExit(
      `process.exit(${code ?? ""}) was called: the kernel goes on (restart or shut it down from the notebook's Kernel menu)`,
    );
  }) as typeof process.exit;
  return exit;
}

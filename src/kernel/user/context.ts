import { AsyncLocalStorage } from "node:async_hooks";

/**
 * What belongs to one run of a cell: everything the cell does, however much later, finds it by its
 * asynchronous context.
 */
export class CellContext {
  /** The number of the run, by which the protocol thread knows its parent message. */
  readonly run: number;
  readonly #controller = new AbortController();

  constructor(run: number) {
    this.run = run;
  }

  /** Aborted when the cell is interrupted. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get interrupted(): boolean {
    return this.signal.aborted;
  }

  /** Aborts the signal; from then on the cell's timers are silent. */
  interrupt(): void {
    this.#controller.abort(new DOMException("The cell was interrupted", "AbortError"));
  }
}

/** Which cell is running this code. */
export const cellContext = new AsyncLocalStorage<CellContext>();

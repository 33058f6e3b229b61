import { AsyncLocalStorage } from "node:async_hooks";

/**
 * The context of one run of a cell. All code that the cell starts, however much later it runs, finds the
 * context asynchronously.
 */
export class CellContext {
  /** The number of the run, by which the protocol thread knows its parent message. */
  readonly run: number;
  /** The front end's name of the cell in its notebook, "" if it has none. */
  place = "";
  /** Whether the cell has left work to the event loop: a timer or an immediate. */
  scheduled = false;
  /** The comm message that the code handles, or null. */
  readonly call: number | null;
  readonly #controller = new AbortController();

  constructor(run: number, call: number | null = null) {
    this.run = run;
    this.call = call;
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

/** The context of the run that the current code belongs to. */
export const cellContext = new AsyncLocalStorage<CellContext>();

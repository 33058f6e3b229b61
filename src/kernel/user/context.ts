import { Storage } from "#door/kernel/user/storage";
import type { OutputSink } from "../../display/index.js";
import type { Interrupt } from "../cell/index.js";

/**
 * The context of one run of a cell. All code that the cell starts, however much later it runs, finds the
 * context asynchronously.
 */
export class CellContext implements Interrupt {
  /** The number of the run, by which the protocol thread knows its parent message. */
  readonly run: number;
  /** The front end's name of the cell in its notebook, "" if it has none. */
  place = "";
  /** Whether the cell has left work to the event loop: a timer or an immediate. */
  scheduled = false;
  /** The comm message that the code handles, or null. */
  readonly call: number | null;
  /** Called when no code waits any more while it cleans up after an interrupt. */
  onClean: (() => void) | null = null;
  possible = true;
  ended = false;
  readonly #controller = new AbortController();
  readonly #stops = new Set<() => void>();
  readonly #owned = new Set<() => void>();
  #cleaning = 0;

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

  /** Whether code waits while it cleans up after an interrupt. */
  get cleaning(): boolean {
    return this.#cleaning > 0;
  }

  onInterrupt(stop: () => void): () => void {
    this.#stops.add(stop);
    return () => void this.#stops.delete(stop);
  }

  /** Has `end` called when the interrupted cell has cleaned up; returns a function that forgets it. */
  own(end: () => void): () => void {
    this.#owned.add(end);
    return () => void this.#owned.delete(end);
  }

  clean(): () => void {
    let waiting = true;
    this.#cleaning++;
    return () => {
      if (!waiting) return;
      waiting = false;
      if (--this.#cleaning === 0) this.onClean?.();
    };
  }

  /**
   * Aborts the signal and stops what the cell waits for; from then on the timers that it has set are silent. A
   * termination may cut this: then the rest follows with the next call.
   */
  interrupt(): void {
    this.#controller.abort(new DOMException("The cell was interrupted", "AbortError"));
    for (const stop of this.#stops) {
      this.#stops.delete(stop);
      stop();
    }
  }

  /** Ends the time to clean up. */
  end(): void {
    this.ended = true;
  }

  /** The run is over: no interrupt comes any more. The resources that an interrupted cell has opened end. */
  close(): void {
    this.possible = false;
    this.#stops.clear();
    if (this.interrupted) for (const end of this.#owned) end();
    this.#owned.clear();
  }
}

/** The place that the current code's output goes to, if that is not its cell. */
export const redirection = new Storage<OutputSink>();

/** The context of the run that the current code belongs to. */
export const cellContext = new Storage<CellContext>();

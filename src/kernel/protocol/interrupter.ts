import { Session } from "node:inspector";
import type { MainClient } from "./mainClient.js";
import { PausedCell } from "./pausedCell.js";

/** How many milliseconds the main thread has to answer before its JavaScript is terminated. */
const patience = 60;

/** How many milliseconds a cell's code has to clean up; the main thread ends that time a little earlier. */
const cleaningTime = 700;

/**
 * Stops the running cell and keeps the kernel's state.
 *
 * The main thread is asked first: a cell that waits for a promise settles at once. If the main thread
 * doesn't answer, it is in synchronous code (which may stand after an `await`), and no message can reach
 * it. Then that JavaScript is paused, its variables are stored, V8 terminates it
 * (`Runtime.terminateExecution`, sent from this thread), the event loop goes on, and the main thread is asked again. Both steps repeat until the main thread has answered,
 * since a termination may hit a gap between two callbacks, or the handler of the interrupt message itself.
 */
export class Interrupter {
  readonly #main: MainClient;
  readonly #session = new Session();
  readonly #paused = new PausedCell(this.#session);
  #cleaning: NodeJS.Timeout | undefined;
  #count = 0;
  /** Called when JavaScript has been told to end: who has paused it lets it go on. */
  onTermination: () => void = () => {};
  #interrupting: { run: number; ended: Promise<void> } | null = null;

  constructor(main: MainClient) {
    this.#main = main;
  }

  /** Opens the session to the main thread; until then only waiting cells can be interrupted. */
  connect(): void {
    (this.#session as Session & { connectToMainThread(): void }).connectToMainThread();
  }

  disconnect(): void {
    this.#session.disconnect();
  }

  /**
   * Interrupts the run under way, or else the call; resolves when the main thread has answered.
   *
   * @param options.atOnce whether it is too late to pause the run and store its variables: each then has the
   *   value that it had after the latest statement of the cell (default false)
   */
  async interrupt({ atOnce = false }: { atOnce?: boolean } = {}): Promise<void> {
    const run = this.#main.running ?? this.#main.calling;
    if (run === null || this.#interrupting?.run === run) return this.#interrupting?.ended;
    const ended = this.#interrupt(run, { count: ++this.#count, atOnce });
    this.#interrupting = { run, ended };
    await ended;
    this.#interrupting = null;
    this.#endCleaning(run);
  }

  /** Stops a cell's code that cleans up without pause, so that it can't hear the end of its time by itself. */
  #endCleaning(run: number): void {
    clearTimeout(this.#cleaning);
    if (!this.#main.cleaning(run)) return;
    this.#cleaning = setTimeout(() => {
      if (this.#main.cleaning(run)) void this.interrupt();
    }, cleaningTime);
  }

  /** Whether an interrupt is under way. */
  get isActive(): boolean {
    return this.#interrupting !== null;
  }

  /** Resolves when no termination is on its way that could hit the next cell. */
  async settled(): Promise<void> {
    await this.#interrupting?.ended;
  }

  async #interrupt(
    run: number,
    { count, atOnce }: { count: number; atOnce: boolean },
  ): Promise<void> {
    for (;;) {
      this.#main.askInterrupt(run, count);
      await this.#main.heard(patience);
      if (this.#main.interrupted(run)) return;
      const { cell } = this.#main;
      if (cell !== null && !atOnce) await this.#paused.publish(cell);
      await this.#terminate();
      if (this.#main.interrupted(run)) {
        // The main thread answered meanwhile, and the termination has cut later code.
        this.#main.post({ type: "resume" });
        return;
      }
    }
  }

  /** Resolves when the termination has landed; V8 reports that when JavaScript is next left or entered. */
  #terminate(): Promise<void> {
    return new Promise((resolve) => {
      this.#session.post("Runtime.terminateExecution", () => setImmediate(resolve));
      this.#paused.release();
      this.onTermination();
      this.#main.post({ type: "resume" });
    });
  }
}

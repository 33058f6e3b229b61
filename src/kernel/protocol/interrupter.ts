import { Session } from "node:inspector";
import type { MainClient } from "./main-client.js";

/** Milliseconds that the main thread gets to answer before its JavaScript is terminated. */
const patience = 60;

/**
 * Stops the running cell and keeps the kernel's state.
 *
 * The main thread is asked first: a cell that waits for something settles at once. Where it doesn't
 * answer, it is in synchronous code, also code after an `await`, which no promise can reach: then
 * V8 terminates that JavaScript (`Runtime.terminateExecution`, sent from this thread), the event
 * loop goes on, and the main thread is asked again. Both repeat until it has answered, since a
 * termination may hit a gap between two callbacks, or the handler of our own question.
 */
export class Interrupter {
  readonly #main: MainClient;
  readonly #session = new Session();
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

  /** Interrupts the run under way; resolves when the main thread has answered. */
  async interrupt(): Promise<void> {
    const run = this.#main.running;
    if (run === null || this.#interrupting?.run === run) return this.#interrupting?.ended;
    const ended = this.#interrupt(run);
    this.#interrupting = { run, ended };
    await ended;
    this.#interrupting = null;
  }

  /** Resolves when no termination is on its way that could hit the next cell. */
  async settled(): Promise<void> {
    await this.#interrupting?.ended;
  }

  async #interrupt(run: number): Promise<void> {
    for (;;) {
      this.#main.askInterrupt(run);
      await this.#main.heard(patience);
      if (this.#main.interrupted(run)) return;
      await this.#terminate();
      if (this.#main.interrupted(run)) {
        // It answered meanwhile, and the termination has cut something later.
        this.#main.post({ type: "resume" });
        return;
      }
    }
  }

  /** Resolves when the termination has landed: V8 reports it when JavaScript was left or entered next. */
  #terminate(): Promise<void> {
    return new Promise((resolve) => {
      this.#session.post("Runtime.terminateExecution", () => resolve());
      this.#main.post({ type: "resume" });
    });
  }
}

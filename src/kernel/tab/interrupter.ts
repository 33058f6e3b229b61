import type { MainClient } from "../protocol/mainClient.js";

/** How many milliseconds the run worker has to answer, before it is asked again. */
const patience = 400;
/** How many times it is asked before the reader is told that it can't hear. */
const tries = 5;

/** The sentence for a reader whose cell doesn't hear the interrupt. */
const deaf = (isolated: boolean) =>
  `This cell computes without a pause, so it hasn't heard the interrupt${
    isolated ? " (a function of a library can't be stopped in the middle)" : ""
  }. It stops when it next waits. To end it now, restart the kernel (Kernel → Restart Kernel): the notebook, its text and ` +
  `its outputs stay; the variables are lost.${
    isolated
      ? ""
      : " On a site that sends the headers COOP and COEP, loops of cells can be stopped and variables kept."
  }\n`;

/**
 * Stops the running cell and keeps the kernel's state: a message reaches code that waits, and a flag in shared memory
 * reaches the loops of cells. Nothing else can stop JavaScript in a tab.
 */
export class TabInterrupter {
  readonly #main: MainClient;
  readonly #flag: Int32Array | null;
  readonly #tell: (text: string) => void;
  #count = 0;
  #interrupting: { run: number; ended: Promise<void> } | null = null;

  /**
   * @param flag the memory that loops look at; null on a page that isn't isolated
   * @param tell shows a sentence below the cell
   */
  constructor(main: MainClient, flag: Int32Array | null, tell: (text: string) => void) {
    this.#main = main;
    this.#flag = flag;
    this.#tell = tell;
  }

  /** Interrupts the run under way, or else the call; resolves when the worker has answered. */
  async interrupt(): Promise<void> {
    const run = this.#main.running ?? this.#main.calling;
    if (run === null || this.#interrupting?.run === run) return this.#interrupting?.ended;
    const ended = this.#ask(run, ++this.#count);
    this.#interrupting = { run, ended };
    await ended;
    this.#interrupting = null;
  }

  /** Resolves when no interrupt is on its way that could hit the next cell. */
  async settled(): Promise<void> {
    await this.#interrupting?.ended;
  }

  async #ask(run: number, count: number): Promise<void> {
    for (let asked = 1; ; asked++) {
      if (this.#flag !== null) Atomics.store(this.#flag, 0, 1);
      this.#main.askInterrupt(run, count);
      await this.#main.heard(patience);
      if (this.#main.interrupted(run)) return;
      if (asked === tries) this.#tell(deaf(this.#flag !== null));
    }
  }
}

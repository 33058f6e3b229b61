/** Milliseconds that a failing cell waits at most for requests that are already on their way. */
const patience = 50;

/** Works off entries one after the other, and gives back those that a failure concerns. */
export class AbortableQueue<Entry> {
  readonly #work: (entry: Entry) => Promise<void>;
  #entries: Entry[] = [];
  #working = false;

  /** @param work doesn't reject */
  constructor(work: (entry: Entry) => Promise<void>) {
    this.#work = work;
  }

  /** The entry that is next. */
  get first(): Entry | undefined {
    return this.#entries[0];
  }

  add(entry: Entry): void {
    this.#entries.push(entry);
    if (!this.#working) void this.#drain();
  }

  /**
   * Takes everything out of the queue, including what `arriving` says is still to be read from the
   * socket.
   */
  async takeArrived(arriving: () => boolean): Promise<Entry[]> {
    const end = performance.now() + patience;
    do {
      await new Promise((resolve) => setImmediate(resolve));
    } while (arriving() && performance.now() < end);
    const taken = this.#entries;
    this.#entries = [];
    return taken;
  }

  async #drain(): Promise<void> {
    this.#working = true;
    for (let entry = this.#entries.shift(); entry !== undefined; entry = this.#entries.shift()) {
      await this.#work(entry);
    }
    this.#working = false;
  }
}

import { log } from "./log.js";

/** The most milliseconds that a failing cell waits for requests that are already on their way. */
const patience = 50;

/** Handles entries one after the other, and gives back the entries that a failure aborts. */
export class AbortableQueue<Entry> {
  readonly #work: (entry: Entry) => Promise<void>;
  #entries: Entry[] = [];
  #working = false;

  /** @param work handles an entry; an error is logged, and the queue goes on */
  constructor(work: (entry: Entry) => Promise<void>) {
    this.#work = work;
  }

  /** The next entry. */
  get first(): Entry | undefined {
    return this.#entries[0];
  }

  add(entry: Entry): void {
    this.#entries.push(entry);
    if (!this.#working) void this.#drain();
  }

  /**
   * Takes all entries out of the queue, including requests that are still to be read from the socket, as
   * long as `arriving` returns true.
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
      await this.#work(entry).catch((error: Error) => log(`a request failed: ${error.stack}`));
    }
    this.#working = false;
  }
}

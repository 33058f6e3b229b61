/**
 * Counts, in shared memory, the characters of output that are on their way from the main thread to the
 * clients, so that an endless print loop waits for its readers instead of filling the memory.
 *
 * The main thread adds and waits, the protocol thread subtracts when a message has been sent.
 * `Atomics.wait` blocks the whole main thread on purpose: a loop that prints without pause never reaches
 * the event loop. Terminating the thread's execution wakes it.
 */
export class Flow {
  readonly #count: Int32Array;
  readonly #limit: number;

  /**
   * @param memory shared by both threads, see {@link Flow.memory}
   * @param options.limit the number of characters on their way beyond which the writer waits (default 4
   *   Mi); an interrupted print loop still delivers that many
   */
  constructor(memory: SharedArrayBuffer, { limit = 4 << 20 }: { limit?: number } = {}) {
    this.#count = new Int32Array(memory);
    this.#limit = limit;
  }

  static memory(): SharedArrayBuffer {
    return new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  }

  /** Characters on their way. */
  get pending(): number {
    return Atomics.load(this.#count, 0);
  }

  /** Whether a writer has to wait. */
  get full(): boolean {
    return this.pending > this.#limit;
  }

  /** Waits until there is room for another message; it is called before a message is posted. */
  wait(): void {
    for (let count = this.pending; count > this.#limit; count = this.pending) {
      Atomics.wait(this.#count, 0, count, 100);
    }
  }

  add(size: number): void {
    Atomics.add(this.#count, 0, size);
  }

  release(size: number): void {
    Atomics.sub(this.#count, 0, size);
    Atomics.notify(this.#count, 0);
  }
}

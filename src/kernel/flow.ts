/**
 * Counts the output that is on its way from the main thread to the clients, in shared memory, so
 * that an endless print loop waits for its readers instead of filling the memory.
 *
 * The main thread adds and waits, the protocol thread subtracts when a message has been sent.
 * `Atomics.wait` blocks the main thread as a whole, which is meant: a loop that prints without
 * pause never reaches the event loop. Terminating the thread's execution wakes it.
 */
export class Flow {
  readonly #count: Int32Array;
  readonly #limit: number;

  /**
   * @param memory shared by both threads, see {@link Flow.memory}
   * @param options.limit characters on their way beyond which the writer waits (default 4 Mi: what an interrupted
   *   print loop still has to deliver)
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

  /** Waits until there is room: before a message is posted. */
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

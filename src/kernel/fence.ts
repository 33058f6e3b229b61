/**
 * Orders the two ways that output takes: JavaScript's goes by messages, a child's by a file descriptor. Before a
 * child starts and after it has ended, the main thread waits here until the protocol thread has published all that
 * came before.
 */
export class Fence {
  readonly #passed: Int32Array;
  #asked = 0;

  /** @param memory shared by both threads, see {@link Fence.memory} */
  constructor(memory: SharedArrayBuffer) {
    this.#passed = new Int32Array(memory);
  }

  static memory(): SharedArrayBuffer {
    return new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  }

  /**
   * The main thread's part: sends the number of the fence, and waits.
   *
   * @param options.patience how many milliseconds to wait at most (default 200)
   */
  wait(send: (fence: number) => void, { patience = 200 } = {}): void {
    const fence = ++this.#asked;
    send(fence);
    const end = performance.now() + patience;
    for (;;) {
      const passed = Atomics.load(this.#passed, 0);
      const left = end - performance.now();
      if (passed >= fence || left <= 0) return;
      Atomics.wait(this.#passed, 0, passed, left);
    }
  }

  /** The protocol thread's part. */
  pass(fence: number): void {
    Atomics.store(this.#passed, 0, fence);
    Atomics.notify(this.#passed, 0);
  }
}

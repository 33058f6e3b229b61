import { yieldToEvents } from "./yieldToEvents.js";

/** The longest time without a turn of the event loop, in milliseconds; a long step may exceed it. */
const patience = 30;

/** @internal Lets the event loop turn now and then, so that plots are drawn and an interrupt is heard. */
export class Turns {
  readonly #signal: AbortSignal | undefined;
  #last = performance.now();

  constructor(signal?: AbortSignal) {
    this.#signal = signal;
  }

  /**
   * Gives the event loop its turn; to be awaited between two steps.
   *
   * @throws the signal's reason if the signal is aborted
   */
  async next(): Promise<void> {
    if (performance.now() - this.#last > patience) {
      await yieldToEvents();
      this.#last = performance.now();
    }
    this.#signal?.throwIfAborted();
  }
}

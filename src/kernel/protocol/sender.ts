import type { MessageLike } from "zeromq";

/** The part of a ZeroMQ socket that sending needs. */
interface Sendable {
  send(frames: MessageLike[]): Promise<void>;
}

interface Waiting {
  frames: MessageLike[];
  sent: () => void;
}

/**
 * Sends messages through one socket, one after the other: a zeromq.js socket throws EBUSY if a second send
 * starts before the first has ended.
 *
 * A lossless publisher (`noDrop`) reports EAGAIN while a subscriber is behind. The message is tried
 * again until `patience` is over; then that subscriber alone loses it, since a client that has
 * stopped reading must not stop the kernel.
 */
export class Sender {
  readonly #socket: Sendable & { noDrop?: boolean };
  readonly #patience: number;
  #queue: Waiting[] = [];
  #busy = false;
  /** A subscriber has stopped reading: don't wait for it until it reads again. */
  #stalled = false;

  /** @param options.patience how many milliseconds to wait for a slow subscriber (default 5,000) */
  constructor(socket: Sendable & { noDrop?: boolean }, { patience = 5000 } = {}) {
    this.#socket = socket;
    this.#patience = patience;
  }

  /** Resolves when ZeroMQ has taken over this message and all earlier ones. */
  send(frames: MessageLike[]): Promise<void> {
    return new Promise((sent) => {
      this.#queue.push({ frames, sent });
      if (!this.#busy) void this.#drain();
    });
  }

  async #drain(): Promise<void> {
    this.#busy = true;
    while (this.#queue.length > 0) {
      const queue = this.#queue;
      this.#queue = [];
      for (const { frames, sent } of queue) {
        await this.#sendOne(frames);
        sent();
      }
    }
    this.#busy = false;
  }

  async #sendOne(frames: MessageLike[]): Promise<void> {
    const start = performance.now();
    for (;;) {
      try {
        await this.#socket.send(frames);
        this.#stalled = false;
        return;
      } catch (error) {
        // Any other error means that the socket is closed, since the kernel ends.
        if ((error as NodeJS.ErrnoException).code !== "EAGAIN") return;
      }
      if (this.#stalled || performance.now() - start > this.#patience) {
        this.#stalled = true;
        return this.#sendLossy(frames);
      }
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  async #sendLossy(frames: MessageLike[]): Promise<void> {
    this.#socket.noDrop = false;
    await this.#socket.send(frames).catch(() => {});
    this.#socket.noDrop = true;
  }
}

import type { MessageLike } from "zeromq";

/** The part of a ZeroMQ socket that sending needs. */
interface Sendable {
  send(frames: MessageLike[]): Promise<void>;
  noDrop?: boolean;
}

interface Waiting {
  frames: MessageLike[];
  sent: () => void;
}

/** The most turns of the event loop that a message waits for subscriptions to be read. */
const turns = 20;

/**
 * Sends messages through one socket, one after the other: a zeromq.js socket throws EBUSY if a second send
 * starts before the first has ended.
 *
 * A lossless publisher (`noDrop`) reports EAGAIN while a subscriber is behind. The message is tried
 * again until `patience` is over; then that subscriber alone loses it, since a client that has
 * stopped reading must not stop the kernel.
 */
export class Sender {
  readonly #socket: Sendable;
  readonly #patience: number;
  readonly #subscribing: () => boolean;
  #queue: Waiting[] = [];
  #first: MessageLike[][] = [];
  #busy = false;
  /** A subscriber has stopped reading: don't wait for it until it reads again. */
  #stalled = false;

  /**
   * @param options.patience how many milliseconds to wait for a slow subscriber (default 5,000)
   * @param options.subscribing whether a subscription waits to be read (default: never)
   */
  constructor(
    socket: Sendable,
    {
      patience = 5000,
      subscribing = () => false,
    }: { patience?: number; subscribing?: () => boolean } = {},
  ) {
    this.#socket = socket;
    this.#patience = patience;
    this.#subscribing = subscribing;
  }

  /** Resolves when ZeroMQ has taken over this message and all earlier ones. */
  send(frames: MessageLike[]): Promise<void> {
    return new Promise((sent) => {
      this.#queue.push({ frames, sent });
      if (!this.#busy) void this.#drain();
    });
  }

  /** Sends a message before all that wait, such as the welcome to a new subscriber. */
  sendFirst(frames: MessageLike[]): void {
    this.#first.push(frames);
    if (!this.#busy) void this.#drain();
  }

  async #drain(): Promise<void> {
    this.#busy = true;
    await this.#sendFirst();
    while (this.#queue.length > 0) {
      const queue = this.#queue;
      this.#queue = [];
      for (const { frames, sent } of queue) {
        await this.#sendFirst();
        await this.#sendOne(frames);
        sent();
      }
    }
    this.#busy = false;
  }

  /** Has new subscribers welcomed before they hear of anything else. */
  async #sendFirst(): Promise<void> {
    for (let turn = 0; this.#subscribing() && turn < turns; turn++) {
      await new Promise(setImmediate);
    }
    for (let frames = this.#first.shift(); frames; frames = this.#first.shift()) {
      await this.#sendOne(frames);
    }
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

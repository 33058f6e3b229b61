import type { StreamName } from "../messages.js";
import type { Header, Outgoing } from "./wire.js";

/** Brings messages to all clients, in order. */
export interface Transport {
  /** Resolves when the message is on its way. */
  send(message: Outgoing): Promise<void>;
}

interface Batch {
  parent: Header;
  name: StreamName;
  text: string;
}

/** How many milliseconds text waits for more text of the same stream. */
const streamDelay = 20;
/** The number of characters beyond which text doesn't wait. */
const streamSize = 1 << 17;

/**
 * Publishes all broadcasts of the kernel, in order. Adjacent text of one stream of one cell goes out as one
 * message; any other message takes the waiting text with it first.
 */
export class Publisher {
  readonly #transport: Transport;
  readonly #release: (size: number) => void;
  #batch: Batch | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #last: Promise<void> = Promise.resolve();

  /** @param release called with the size of each output that has been sent */
  constructor(transport: Transport, release: (size: number) => void) {
    this.#transport = transport;
    this.#release = release;
  }

  status(parent: Header | null, state: "busy" | "idle" | "starting"): void {
    this.publish("status", parent, { execution_state: state });
  }

  /** @param size the number of characters to report as sent once the message is sent (default 0) */
  publish(
    type: string,
    parent: Header | null,
    content: object | string,
    size = 0,
    more: Pick<Outgoing, "metadata" | "buffers"> = {},
  ): void {
    this.#flush();
    this.#send(type, parent, content, size, more);
  }

  stream(parent: Header, name: StreamName, text: string): void {
    if (this.#batch?.parent !== parent || this.#batch.name !== name) {
      this.#flush();
      this.#batch = { parent, name, text: "" };
      this.#timer = setTimeout(() => this.#flush(), streamDelay);
    }
    this.#batch.text += text;
    if (this.#batch.text.length >= streamSize) this.#flush();
  }

  /** Resolves when the transport has taken over all messages published so far. */
  flushed(): Promise<void> {
    this.#flush();
    return this.#last;
  }

  #flush(): void {
    const batch = this.#batch;
    if (batch === null) return;
    this.#batch = null;
    clearTimeout(this.#timer);
    const { parent, name, text } = batch;
    this.#send("stream", parent, { name, text }, text.length);
  }

  #send(
    type: string,
    parent: Header | null,
    content: object | string,
    size: number,
    more: Pick<Outgoing, "metadata" | "buffers"> = {},
  ): void {
    this.#last = this.#transport.send({ type, parent, content, ...more });
    if (size > 0) void this.#last.then(() => this.#release(size));
  }
}

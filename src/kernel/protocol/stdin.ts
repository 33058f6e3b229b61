import type { Router } from "zeromq";
import { receiveRequests } from "./receive.js";
import { Sender } from "./sender.js";
import type { Outgoing, Request, Wire } from "./wire.js";

/**
 * The stdin channel, on which the kernel asks and the front end answers.
 *
 * The channel is read all the time, so that messages that nobody awaits don't pile up in ZeroMQ's queues;
 * they are dropped.
 */
export class StdinChannel {
  readonly #socket: Router;
  readonly #sender: Sender;
  readonly #wire: Wire;
  /** Takes each signed message. Whoever asks sets it, compares the reply's parent, and clears it again. */
  onReply: ((reply: Request) => void) | null = null;

  constructor(socket: Router, wire: Wire) {
    this.#socket = socket;
    this.#sender = new Sender(socket);
    this.#wire = wire;
  }

  /** Sends a message, e.g. an `input_request` to the `identities` of the request that is being executed. */
  send(message: Outgoing): Promise<void> {
    return this.#sender.send(this.#wire.serialize(message));
  }

  /** Takes messages until the socket closes. */
  listen(): Promise<void> {
    return receiveRequests(this.#socket, "stdin", this.#wire, (reply) => this.onReply?.(reply));
  }
}

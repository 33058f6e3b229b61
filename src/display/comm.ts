/** The content of a message between the kernel and the front end. */
export interface CommMessage {
  data: Record<string, unknown>;
  metadata: Record<string, unknown>;
  /** Binary parts, which travel as they are. */
  buffers: Uint8Array[];
}

/** A channel between an object in the kernel and its counterpart in the front end, such as a widget. */
export interface Comm {
  readonly id: string;
  /** The name under which the receiver of the first message was registered. */
  readonly target: string;
  send(data: Record<string, unknown>, options?: Partial<Omit<CommMessage, "data">>): void;
  close(data?: Record<string, unknown>): void;
  /**
   * Has `listener` take each message of the front end. It runs in the context of the cell that calls this
   * method, and its output stands there. The front end counts the message as handled when the listener has returned, or its
   * promise has settled.
   */
  onMessage(listener: (message: CommMessage) => void | Promise<void>): void;
  /** Has `listener` be called when the front end closes the channel. */
  onClose(listener: () => void): void;
}

/**
 * The door to the front end's own objects. The kernel carries the messages and knows nothing of their meaning.
 *
 * Source: Jupyter messaging specification 5.5, "Custom Messages".
 */
export interface Comms {
  /** Opens a channel to what the front end has registered as `target`. */
  open(
    target: string,
    options?: Partial<CommMessage> & { /** Default: a new one. */ id?: string },
  ): Comm;
  /**
   * Has `accept` take the channels that the front end opens for `target`, with their first message, in place of an
   * earlier receiver. A channel for a target without a receiver is closed.
   */
  register(
    target: string,
    accept: (comm: Comm, message: CommMessage) => void | Promise<void>,
  ): void;
}

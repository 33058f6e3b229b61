import type { CommKind, FromMain } from "../messages.js";
import { record, text } from "./fields.js";
import type { MainClient } from "./mainClient.js";
import type { Publisher } from "./publisher.js";
import type { Header, Request } from "./wire.js";

/**
 * Carries comm messages between the front end and the main thread, and knows which comms are open.
 *
 * A message of the front end counts as handled when the main thread has handled it: ipywidgets sends the
 * next state of a slider only then.
 */
export class Comms {
  readonly #main: MainClient;
  readonly #publisher: Publisher;
  /** The open comms, by id, with their target. */
  readonly #open = new Map<string, string>();
  /** The headers of the messages that are being handled, by call. */
  readonly #parents = new Map<number, Header>();

  constructor(main: MainClient, publisher: Publisher) {
    this.#main = main;
    this.#publisher = publisher;
    main.onComm = (message, parent) => this.#publish(message, parent);
  }

  /** The content of a `comm_info_reply`. */
  info(content: Record<string, unknown>): object {
    const wanted = text(content, "target_name");
    const comms = [...this.#open].filter(([, target]) => wanted === "" || target === wanted);
    return {
      status: "ok",
      comms: Object.fromEntries(comms.map(([id, target_name]) => [id, { target_name }])),
    };
  }

  /** Hands a message to the main thread; resolves when it has been handled. */
  async take(kind: CommKind, { header, content, metadata, buffers }: Request): Promise<object> {
    const id = text(content, "comm_id");
    const target = text(content, "target_name");
    const data = record(content, "data");
    if (kind === "open") this.#open.set(id, target);
    if (kind === "close") this.#open.delete(id);
    const message = {
      ...{ kind, id, target, data, metadata },
      buffers: buffers.map((buffer) => new Uint8Array(buffer)),
    };
    let call = 0;
    const accepted = await this.#main.call(message, (number) => {
      call = number;
      this.#parents.set(call, header);
    });
    this.#parents.delete(call);
    if (!accepted) {
      // The specification asks the kernel to close a comm that is opened for an unknown target.
      this.#open.delete(id);
      this.#publisher.publish("comm_close", header, { comm_id: id, data: {} });
    }
    return {};
  }

  #publish(
    { call, kind, id, target, json, metadata, buffers }: Extract<FromMain, { type: "comm" }>,
    parent: Header | null,
  ): void {
    if (kind === "open") this.#open.set(id, target);
    if (kind === "close") this.#open.delete(id);
    const size = json.length + buffers.reduce((sum, { length }) => sum + length, 0);
    const by = call === null ? undefined : this.#parents.get(call);
    this.#publisher.publish(`comm_${kind}`, by ?? parent, json, size, { metadata, buffers });
  }
}

import type { Transport } from "./publisher.js";
import type { Sender } from "./sender.js";
import type { Wire } from "./wire.js";

/** The way of broadcasts over a ZeroMQ socket. */
export function broadcasts(sender: Pick<Sender, "send">, wire: Wire): Transport {
  return {
    // The topic serves clients that subscribe by prefix.
    send: (message) =>
      sender.send(
        wire.serialize({ ...message, identities: [`kernel.${wire.session}.${message.type}`] }),
      ),
  };
}

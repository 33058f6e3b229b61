import { Reply, Router, XPublisher } from "zeromq";
import { address, type Connection } from "./connection.js";

/** The kernel's sockets, bound. */
export interface Sockets {
  shell: Router;
  control: Router;
  stdin: Router;
  iopub: XPublisher;
  hb: Reply;
}

/** Messages that may wait for one subscriber: with the size of a batch this bounds the memory. */
const subscriberLimit = 200;
/** Milliseconds that closing waits for messages to leave. */
const linger = 300;

/**
 * Binds the five sockets that the connection file names.
 *
 * Broadcasts go through XPUB, which tells of subscribers, so that each can be welcomed, and which
 * can be told not to drop (`noDrop`): see {@link import("./sender.js").Sender}.
 *
 * @throws Error when a port is taken
 */
export async function bindSockets(connection: Connection): Promise<Sockets> {
  const sockets: Sockets = {
    shell: new Router({ linger, handover: true }),
    control: new Router({ linger, handover: true }),
    stdin: new Router({ linger, handover: true }),
    iopub: new XPublisher({
      linger,
      noDrop: true,
      verbosity: "allSubs",
      sendHighWaterMark: subscriberLimit,
    }),
    hb: new Reply({ linger }),
  };
  await Promise.all(
    (Object.keys(sockets) as (keyof Sockets)[]).map((channel) =>
      sockets[channel].bind(address(connection, channel)),
    ),
  );
  return sockets;
}

/** Answers each heartbeat with its own bytes. */
export async function beat(hb: Reply): Promise<void> {
  for await (const frames of hb) await hb.send(frames);
}

/** Calls `welcome` with the topic of each new subscription. */
export async function watchSubscriptions(
  iopub: XPublisher,
  welcome: (topic: string) => void,
): Promise<void> {
  for await (const [frame] of iopub) {
    // 1 subscribes, 0 unsubscribes; the topic follows.
    if (frame?.[0] === 1) welcome(frame.subarray(1).toString());
  }
}

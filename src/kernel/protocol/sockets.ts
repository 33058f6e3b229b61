import { setTimeout as sleep } from "node:timers/promises";
import { Router, type Socket, XPublisher } from "zeromq";
import { address, type Channel, type Connection } from "./connection.js";
import { receiveAll } from "./receive.js";

/** The kernel's sockets, bound. */
export interface Sockets {
  shell: Router;
  control: Router;
  stdin: Router;
  iopub: XPublisher;
  hb: Router;
}

/**
 * The limits of what clients may send, so that no sender fills the memory: the bytes of a frame, beyond
 * which ZeroMQ ends the connection, and the messages of one client that wait to be read.
 */
const requests = { maxMessageSize: 256 << 20, receiveHighWaterMark: 64 };
/** Heartbeats and subscriptions are a few bytes long. */
const signs = { maxMessageSize: 64 << 10, receiveHighWaterMark: 64 };

/**
 * The most messages that may wait for one subscriber; together with the size of a batch this bounds the
 * memory.
 */
const subscriberLimit = 200;
/** How many milliseconds closing waits for messages to leave. */
const linger = 300;

/**
 * How many milliseconds a kernel waits for a port that is in use. Whoever starts a kernel chooses free ports
 * and writes them down; until the kernel binds them, another program's connection may take one for a moment.
 */
const patience = 2000;

/**
 * Binds the five sockets that the connection file names.
 *
 * Broadcasts go through XPUB, which tells of subscribers, so that each can be welcomed, and which
 * can be told not to drop (`noDrop`): see {@link import("./sender.js").Sender}.
 *
 * @throws Error if another program holds a port for longer than {@link patience}. The message names the
 *   channel and the address.
 */
export async function bindSockets(connection: Connection): Promise<Sockets> {
  const sockets: Sockets = {
    shell: new Router({ ...requests, linger, handover: true }),
    control: new Router({ ...requests, linger, handover: true }),
    stdin: new Router({ ...requests, linger, handover: true }),
    iopub: new XPublisher({
      ...signs,
      linger,
      noDrop: true,
      verbosity: "allSubs",
      sendHighWaterMark: subscriberLimit,
    }),
    // A Reply socket would lose the heartbeat for good when a client breaks a limit or the socket's order.
    hb: new Router({ ...signs, linger }),
  };
  await Promise.all(
    (Object.keys(sockets) as Channel[]).map((channel) =>
      bindOne(sockets[channel], channel, address(connection, channel)),
    ),
  );
  return sockets;
}

async function bindOne(
  socket: Pick<Socket, "bind">,
  channel: Channel,
  endpoint: string,
): Promise<void> {
  for (const start = Date.now(); ; await sleep(50)) {
    try {
      await socket.bind(endpoint);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EADDRINUSE" && Date.now() - start < patience) {
        continue;
      }
      throw new Error(
        `The ${channel} channel can't use ${endpoint}: ${(error as Error).message}. ` +
          "Start the kernel again; Jupyter then chooses other ports.",
        { cause: error },
      );
    }
  }
}

/** Answers each heartbeat with its own frames, the sender's address first. */
export function beat(hb: Router): Promise<void> {
  return receiveAll(hb, "hb", (frames) => hb.send(frames));
}

/** Calls `welcome` with the topic of each new subscription. */
export function watchSubscriptions(
  iopub: XPublisher,
  welcome: (topic: string) => void,
): Promise<void> {
  return receiveAll(iopub, "iopub", ([frame]) => {
    // 1 subscribes, 0 unsubscribes; the topic follows.
    if (frame?.[0] === 1) welcome(frame.subarray(1).toString());
  });
}

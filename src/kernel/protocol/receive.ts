import type { Readable, Socket } from "zeromq";
import type { Channel } from "./connection.js";
import { log } from "./log.js";
import type { Request, Wire } from "./wire.js";

/** A socket that messages can be read from. */
export type Receiving = Pick<Socket, "closed"> & Pick<Readable<Buffer[]>, "receive">;

/** How many milliseconds a channel rests after an error that is not known to be harmless. */
const rest = 100;

/**
 * Reads a channel until its socket closes and hands each message to `take`.
 *
 * No error ends the reading, since a channel that nobody reads is a kernel that doesn't answer. ZeroMQ
 * drops a message that isn't of the socket's type, and the reader that it has woken gets EAGAIN: there is
 * nothing to tell. Any other error is logged, also one of `take`, and the channel goes on.
 */
export async function receiveAll(
  socket: Receiving,
  channel: Channel,
  take: (frames: Buffer[]) => void | Promise<void>,
): Promise<void> {
  while (!socket.closed) {
    try {
      await take(await socket.receive());
    } catch (error) {
      if (socket.closed) return;
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === "EAGAIN") continue;
      log(`the ${channel} channel goes on after an error: ${message}`);
      await new Promise((resolve) => setTimeout(resolve, rest));
    }
  }
}

/** Reads a channel's requests. A message that is forged, malformed or repeated is dropped and logged. */
export function receiveRequests(
  socket: Receiving,
  channel: Channel,
  wire: Wire,
  take: (request: Request) => void,
): Promise<void> {
  return receiveAll(socket, channel, (frames) => {
    const request = read(frames, wire);
    if (request !== null) take(request);
  });
}

function read(frames: Buffer[], wire: Wire): Request | null {
  try {
    return wire.parse(frames);
  } catch (error) {
    log(`dropped a message: ${(error as Error).message}`);
    return null;
  }
}

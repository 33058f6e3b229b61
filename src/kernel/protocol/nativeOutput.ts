import { readSync } from "node:fs";
import { Socket, type SocketConstructorOpts } from "node:net";
import { StringDecoder } from "node:string_decoder";
import type { Descriptors } from "../descriptors.js";
import type { Flow } from "../flow.js";
import type { StreamName } from "../messages.js";
import { InfoLines } from "./infoLines.js";

/** How many bytes are read at once; a pipe holds as many. */
const size = 1 << 16;
/** How many milliseconds reading pauses when clients are behind. */
const pause = 10;

/** Reads what child processes and native code write to the file descriptors 1 and 2. */
export class NativeOutput {
  readonly #flow: Flow;
  readonly #pipes: { fd: number; take: (bytes: Uint8Array) => void }[] = [];
  readonly #buffer = Buffer.alloc(size);

  /**
   * @param options.publish takes text that is to stand under a cell; a writer waits for room in `flow`
   * @param options.log takes text for the kernel's own log
   */
  constructor(
    readers: Descriptors["readers"],
    options: {
      flow: Flow;
      publish: (name: StreamName, text: string) => void;
      log: (text: string) => void;
    },
  ) {
    this.#flow = options.flow;
    for (const name of ["stdout", "stderr"] as const) this.#read(readers[name], name, options);
  }

  #read(
    fd: number,
    name: StreamName,
    {
      publish,
      log,
    }: { publish: (name: StreamName, text: string) => void; log: (text: string) => void },
  ): void {
    const decoder = new StringDecoder("utf8");
    const lines = new InfoLines(log);
    const take = (bytes: Uint8Array) => {
      const text = lines.take(decoder.write(Buffer.from(bytes)));
      if (text !== "") publish(name, text);
    };
    const socket = new Socket({
      fd,
      readable: true,
      writable: false,
      onread: {
        buffer: Buffer.alloc(size),
        callback: (count: number, buffer: Uint8Array) => {
          take(buffer.subarray(0, count));
          if (!this.#flow.full) return true;
          this.#resumeLater(socket);
          return false; // now the pipe fills, and its writers wait
        },
      },
    } as SocketConstructorOpts);
    socket.on("error", () => {});
    socket.resume();
    this.#pipes.push({ fd, take });
  }

  #resumeLater(socket: Socket): void {
    setTimeout(() => {
      if (this.#flow.full) this.#resumeLater(socket);
      else socket.resume();
    }, pause);
  }

  /** Takes at once all text that has been written so far. */
  drain(): void {
    for (const { fd, take } of this.#pipes) {
      try {
        const count = readSync(fd, this.#buffer, 0, size, null);
        if (count > 0) take(this.#buffer.subarray(0, count));
      } catch {
        // EAGAIN: the pipe is empty
      }
    }
  }
}

import { syncBuiltinESMExports } from "node:module";
import { Readable } from "node:stream";
import timers from "node:timers";
import type { Asker } from "./ask.js";

// Node's own, since those that cells see are silent once a cell is interrupted.
const { setImmediate } = timers;

/**
 * Makes `process.stdin` a stream of the reader's lines, so that `node:readline` asks in the notebook. A line is asked
 * for when someone reads, and not while the stream is paused: `readline` pauses it when it is closed.
 */
export function redirectStdin(asker: Asker): void {
  let stdin = new ReaderLines(asker);
  Object.defineProperty(process, "stdin", {
    configurable: true,
    enumerable: true,
    get() {
      // After a refusal or an interrupt the next cell may ask again.
      if (stdin.destroyed) stdin = new ReaderLines(asker);
      return stdin;
    },
  });
  syncBuiltinESMExports();
}

class ReaderLines extends Readable {
  readonly fd = 0;
  readonly isTTY = false;
  readonly #asker: Asker;
  #wanted = false;
  #asking = false;

  constructor(asker: Asker) {
    super({ highWaterMark: 0 });
    this.#asker = asker;
    this.on("resume", () => this.#later());
  }

  /** For programs that ask for single keys: the notebook sends whole lines. */
  setRawMode(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  override _read(): void {
    this.#wanted = true;
    this.#later();
  }

  #later(): void {
    // Whoever closes its `readline` after a line does so before this.
    setImmediate(() => {
      // A stream that is read by its `readable` event counts as paused too.
      const paused = this.isPaused() && this.listenerCount("readable") === 0;
      if (this.#wanted && !this.#asking && !paused) void this.#ask();
    });
  }

  async #ask(): Promise<void> {
    this.#asking = true;
    try {
      const line = await this.#asker.ask({ prompt: "", password: false });
      this.#wanted = false;
      this.push(`${line}\n`);
    } catch (error) {
      this.destroy(error as Error);
    } finally {
      this.#asking = false;
    }
  }
}

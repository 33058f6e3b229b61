import type { CellCompiler } from "../compiler/types.js";
import type { CompilerAnswer, CompilerCall } from "../messages.js";
import type { Port } from "../port.js";

const ended = "the compiler has ended: restart the kernel";

/** The milliseconds without a call after which the compiler of a notebook that has run no cell is ended. */
const patience = 5 * 60_000;

type Method = CompilerCall["method"];
type Answer<M extends Method> = ReturnType<CellCompiler[M]>;

/** The parts of a worker thread that this class uses. */
export type CompilerThread = Port & {
  terminate(): unknown;
  on(event: "message", listener: (answer: CompilerAnswer) => void): unknown;
  on(event: "exit", listener: () => void): unknown;
};

/**
 * Calls the compiler in its thread. Calls wait until the compiler is loaded, and are answered in order.
 *
 * The thread is started at once, so that the first cell finds it warm. It holds half of an idle kernel's
 * memory. While no cell has run, the thread has no state to lose; it is therefore ended after five minutes
 * without a call, and started again by the next call.
 */
export class CompilerClient {
  readonly #start: () => CompilerThread;
  readonly #patience: number;
  readonly #waiting = new Map<number, Waiting>();
  #thread: CompilerThread | undefined;
  #rest: ReturnType<typeof setTimeout> | undefined;
  #calls = 0;
  #hasCompiled = false;
  #closed = false;

  constructor(start: () => CompilerThread, options: { patience?: number } = {}) {
    this.#start = start;
    this.#patience = options.patience ?? patience;
    this.#running();
  }

  /** @throws Error if the compiler threw, or if its thread has ended by itself */
  call<M extends Method>(method: M, ...args: Parameters<CellCompiler[M]>): Promise<Answer<M>> {
    const id = ++this.#calls;
    if (method === "compile") this.#hasCompiled = true;
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(new Error(ended));
      this.#waiting.set(id, { resolve, reject });
      this.#running().postMessage({ id, method, args } satisfies CompilerCall);
    });
  }

  /** The thread, which is started if there is none. */
  #running(): CompilerThread {
    this.#countDown();
    if (this.#thread) return this.#thread;
    const thread = this.#start();
    this.#thread = thread;
    thread.on("message", (answer) => this.#settle(answer));
    thread.on("exit", () => {
      if (this.#thread === thread) this.#close();
    });
    return thread;
  }

  #countDown(): void {
    clearTimeout(this.#rest);
    if (this.#hasCompiled || this.#patience === Infinity) return;
    this.#rest = setTimeout(() => this.#end(), this.#patience).unref();
  }

  #end(): void {
    if (this.#waiting.size > 0) {
      this.#countDown();
      return;
    }
    const thread = this.#thread;
    this.#thread = undefined;
    void thread?.terminate();
  }

  #settle(answer: CompilerAnswer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if ("error" in answer) waiting?.reject(new Error(answer.error));
    else waiting?.resolve(answer.value);
  }

  #close(): void {
    this.#closed = true;
    for (const { reject } of this.#waiting.values()) reject(new Error(ended));
    this.#waiting.clear();
  }
}

interface Waiting {
  resolve: (value: any) => void;
  reject: (error: Error) => void;
}

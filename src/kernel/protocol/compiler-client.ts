import type { MessagePort } from "node:worker_threads";
import type { CellCompiler } from "../compiler/types.js";
import type { CompilerAnswer, CompilerCall } from "../messages.js";

const ended = "the compiler has ended: restart the kernel";

type Method = CompilerCall["method"];
type Answer<M extends Method> = ReturnType<CellCompiler[M]>;

/** Calls the compiler in its thread. Calls wait for it to be loaded and are answered in order. */
export class CompilerClient {
  readonly #port: MessagePort;
  readonly #waiting = new Map<number, Waiting>();
  #calls = 0;
  #closed = false;

  constructor(port: MessagePort) {
    this.#port = port;
    port.on("message", (answer: CompilerAnswer) => this.#settle(answer));
    port.on("close", () => this.#close());
  }

  /** @throws Error when the compiler threw, or its thread has ended */
  call<M extends Method>(method: M, ...args: Parameters<CellCompiler[M]>): Promise<Answer<M>> {
    const id = ++this.#calls;
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(new Error(ended));
      this.#waiting.set(id, { resolve, reject });
      this.#port.postMessage({ id, method, args } satisfies CompilerCall);
    });
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

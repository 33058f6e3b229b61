import { MessageChannel, type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import { KeyboardInterrupt } from "../cell/index.js";
import type { Answer } from "../messages.js";
import type { Executor } from "./executor.js";
import { NativePromise } from "./intrinsics.js";
import type { Output } from "./output.js";

/** A question to the reader. */
export interface Question {
  prompt: string;
  /** Whether the answer is hidden while it is typed. */
  password: boolean;
}

/** The error of a question that no reader can answer. */
export class StdinNotImplementedError extends Error {
  override readonly name = "StdinNotImplementedError";
}

/** Asks the reader for a line of text, for the cell whose code is running. */
export class Asker {
  readonly #output: Output;
  readonly #executor: Executor;

  constructor(output: Output, executor: Executor) {
    this.#output = output;
    this.#executor = executor;
  }

  /**
   * @throws KeyboardInterrupt if the cell is interrupted
   * @throws StdinNotImplementedError if the front end takes no input, or if the cell has ended
   */
  ask(question: Question): Promise<string> {
    const port = this.#send(question, null);
    return new NativePromise((resolve, reject) => {
      port.once("message", (answer: Answer) => {
        try {
          resolve(textOf(answer));
        } catch (error) {
          reject(error);
        }
      });
    });
  }

  /**
   * As {@link Asker.ask}, but blocks the main thread until the reader has answered. An interrupt ends the wait:
   * the protocol thread answers then, and V8's termination would wake the thread as well.
   */
  askAndWait(question: Question): string {
    const wake = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    const port = this.#send(question, wake);
    Atomics.wait(wake, 0, 0);
    const received = receiveMessageOnPort(port) as { message: Answer } | undefined;
    port.close();
    return textOf(received?.message ?? { interrupted: true });
  }

  #send({ prompt, password }: Question, wake: Int32Array<SharedArrayBuffer> | null): MessagePort {
    const run = this.#executor.owner()?.run ?? 0;
    const { port1, port2 } = new MessageChannel();
    this.#output.post({ type: "ask", run, prompt, password, port: port2, wake }, [port2]);
    return port1;
  }
}

function textOf(answer: Answer): string {
  if ("text" in answer) return answer.text;
  if ("refused" in answer) throw new StdinNotImplementedError(answer.refused);
  throw new KeyboardInterrupt();
}

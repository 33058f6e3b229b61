import type { MessagePort } from "node:worker_threads";
import type { Flow } from "../flow.js";
import type { FromMain, StreamName } from "../messages.js";

/** Sends what cells say to the protocol thread, at once, also from code that never yields. */
export class Output {
  readonly #port: MessagePort;
  readonly #flow: Flow;

  constructor(port: MessagePort, flow: Flow) {
    this.#port = port;
    this.#flow = flow;
  }

  post(message: FromMain): void {
    this.#port.postMessage(message);
  }

  stream(run: number, name: StreamName, text: string): void {
    if (text === "") return;
    this.#flow.wait();
    this.#flow.add(text.length);
    this.post({ type: "stream", run, name, text });
  }

  /** @param json the content of the message */
  display(run: number, json: string, update: boolean): void {
    this.#flow.wait();
    this.#flow.add(json.length);
    this.post({ type: "display", run, json, update });
  }

  /** Each run has one result at most, so it isn't held back. */
  result(run: number, json: string, text: string): void {
    this.post({ type: "result", run, json, text });
  }
}

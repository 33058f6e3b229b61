import type { Flow } from "../flow.js";
import type { FromMain, StreamName } from "../messages.js";
import type { Port } from "../port.js";

/** Sends the output of cells to the protocol thread, at once, also from code that never yields. */
export class Output {
  readonly #port: Port;
  readonly #flow: Pick<Flow, "wait" | "add">;

  constructor(port: Port, flow: Pick<Flow, "wait" | "add">) {
    this.#port = port;
    this.#flow = flow;
  }

  post(message: FromMain, transfer: Port[] = []): void {
    this.#port.postMessage(message, transfer);
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

  comm(message: Extract<FromMain, { type: "comm" }>): void {
    const { json, buffers } = message;
    this.#flow.wait();
    this.#flow.add(json.length + buffers.reduce((sum, { length }) => sum + length, 0));
    this.post(message);
  }

  /** Each run has at most one result, so results don't wait for room. */
  result(run: number, json: string, text: string): void {
    this.post({ type: "result", run, json, text });
  }
}

import type { Answer, FromMain } from "../messages.js";
import { giveAnswer } from "../sharedAnswer.js";
import { text } from "./fields.js";
import type { Publisher } from "./publisher.js";
import type { StdinChannel } from "./stdin.js";
import type { Request } from "./wire.js";

/** A question of the main thread. */
export type Ask = Extract<FromMain, { type: "ask" }>;

const notAllowed =
  "this front end takes no input (the request says allow_stdin: false): run the cell where someone can answer, " +
  "or write the value in the cell";
const ended =
  "the cell that asks has ended: ask before its end, as in `await input(…)` at the top level";

/**
 * Asks the front end for the reader's input, one question at a time, for the request that is being executed.
 *
 * Source: Jupyter messaging specification 5.5, "Messages on the stdin ROUTER/DEALER channel". An answer that comes
 * when nothing is asked, or that answers another question, is dropped.
 */
export class Questions {
  readonly #stdin: Pick<StdinChannel, "send" | "onReply">;
  readonly #publisher: Pick<Publisher, "flushed">;
  #request: Request | null = null;
  #waiting: Ask[] = [];

  constructor(
    stdin: Pick<StdinChannel, "send" | "onReply">,
    publisher: Pick<Publisher, "flushed">,
  ) {
    this.#stdin = stdin;
    this.#publisher = publisher;
  }

  /** From now on questions are asked for `request`. */
  begin(request: Request): void {
    this.#request = request;
  }

  /** The request is over: what it has asked gets no answer any more. */
  end(): void {
    this.#request = null;
    this.#dismiss({ refused: ended });
  }

  /** Tells all that wait for an answer that the cell is interrupted. */
  interrupt(): void {
    this.#dismiss({ interrupted: true });
  }

  #dismiss(content: Answer): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#stdin.onReply = null;
    for (const ask of waiting) answer(ask, content);
  }

  /** @param running whether the run that asks is the one under way */
  ask(ask: Ask, running: boolean): void {
    if (this.#request === null || !running) answer(ask, { refused: ended });
    else if (this.#request.content.allow_stdin !== true) answer(ask, { refused: notAllowed });
    else {
      this.#waiting.push(ask);
      if (this.#waiting.length === 1) void this.#next();
    }
  }

  async #next(): Promise<void> {
    const [ask] = this.#waiting;
    // The output that the cell has printed comes before its question.
    await this.#publisher.flushed();
    const request = this.#request;
    if (request === null || ask === undefined || ask !== this.#waiting[0]) return;
    const { prompt, password } = ask;
    const id = crypto.randomUUID();
    this.#stdin.onReply = (reply) => this.#take(reply, ask, id);
    await this.#stdin.send({
      type: "input_request",
      id,
      parent: request.header,
      content: { prompt, password },
      identities: request.identities,
    });
  }

  #take(reply: Request, ask: Ask, id: string): void {
    if (reply.header.msg_type !== "input_reply") return;
    // Some clients don't say which question they answer.
    const asked = reply.parent.msg_id;
    if (typeof asked === "string" && asked !== id) return;
    const value = text(reply.content, "value");
    this.#stdin.onReply = null;
    this.#waiting.shift();
    answer(ask, { text: value });
    if (this.#waiting.length > 0) void this.#next();
  }
}

function answer({ port, wake }: Ask, content: Answer): void {
  port.postMessage(content);
  port.close();
  if (wake !== null) giveAnswer(wake, content);
}

import type { Failure } from "../messages.js";
import { Comms } from "../protocol/comms.js";
import { CompilerClient } from "../protocol/compilerClient.js";
import { type ExecuteReply, Execution } from "../protocol/execution.js";
import { createHandlers, type Handler } from "../protocol/handlers.js";
import { History } from "../protocol/history/history.js";
import { MainClient } from "../protocol/mainClient.js";
import { Publisher, type Transport } from "../protocol/publisher.js";
import { Questions } from "../protocol/questions.js";
import type { Outgoing, Request } from "../protocol/wire.js";
import { asRequest, type FrontEndMessage, frontEnd } from "./frontEnd.js";
import { TabInterrupter } from "./interrupter.js";
import type { RunnerFile } from "./messages.js";
import type { Files, Threads } from "./threads.js";

const noDebugger = { begin: async () => {}, end() {} };
const noChildren = { interrupt: async () => {}, now: () => 0 };

/**
 * The kernel in a browser tab. The page answers the front end, one worker runs cells, another checks and compiles
 * them; so completion and inspection are answered while a cell runs.
 */
export class TabKernel {
  readonly #threads: Threads;
  readonly #publisher: Publisher;
  readonly #shell: Transport;
  readonly #execution: Execution;
  readonly #interrupter: TabInterrupter;
  readonly #questions: Questions;
  readonly #stdin: { send: Transport["send"]; onReply: ((reply: Request) => void) | null };
  readonly #handlers: Map<string, Handler>;
  #waiting: Request[] = [];
  #executing: Request | null = null;
  #broken: Failure | null = null;

  /** @param send takes the messages to the front end */
  constructor(
    send: (message: FrontEndMessage) => void,
    threads: Threads,
    { versions }: Pick<Files, "versions">,
  ) {
    this.#threads = threads;
    this.#publisher = new Publisher(frontEnd(send, "iopub"), () => {});
    this.#shell = frontEnd(send, "shell");
    this.#stdin = { send: frontEnd(send, "stdin").send, onReply: null };
    const { runner, compiler: compilerThread } = threads;
    const main = new MainClient(runner, this.#publisher, () => {});
    const compiler = new CompilerClient(() => compilerThread, { patience: Infinity });
    const history = new History();
    const comms = new Comms(main, this.#publisher);
    this.#questions = new Questions(this.#stdin, this.#publisher);
    main.onAsk = (ask) => this.#questions.ask(ask, ask.run === main.running);
    this.#interrupter = new TabInterrupter(main, threads.flag, (text) => {
      if (main.lastParent) this.#publisher.stream(main.lastParent, "stderr", text);
    });
    this.#execution = new Execution({
      compiler,
      main,
      history,
      interrupter: this.#interrupter,
      publisher: this.#publisher,
      debugger: noDebugger,
      children: noChildren,
    });
    const { qatlab, typescript } = versions;
    const handlers = createHandlers({
      language: "typescript",
      ...{ compiler, main, history, comms, debugs: false },
      versions: { qatlab, typescript, platform: "a browser" },
    });
    this.#handlers = new Map(
      Object.entries({
        ...handlers,
        interrupt_request: async () => {
          await this.interrupt();
          return { status: "ok" };
        },
        shutdown_request: ({ restart }: Record<string, unknown>) => ({
          status: "ok",
          restart: restart === true,
        }),
      }),
    );
    for (const thread of [runner, compilerThread]) {
      thread.on("error", (message) => this.#break(message, main));
    }
  }

  /**
   * Takes a message of the front end. It doesn't wait for the reply: JupyterLite hands over one message at a time, and
   * those that come while a cell runs must not wait for the cell.
   */
  handleMessage(message: FrontEndMessage): void {
    const request = asRequest(message);
    const type = request.header.msg_type;
    if (type === "input_reply") this.#stdin.onReply?.(request);
    else if (type === "execute_request") {
      this.#waiting.push(request);
      if (this.#executing === null) void this.#drain();
    } else void this.#answer(request);
  }

  /** Interrupts the running cell; if none runs, the listener of a comm message. The cells that wait are aborted. */
  async interrupt(): Promise<void> {
    if (this.#executing === null) return this.#interrupter.interrupt();
    this.#questions.interrupt();
    await this.#execution.interrupt();
  }

  /** Hands a file of the reader's to the cells, which read it by its name. */
  addFile(name: string, file: Blob): void {
    this.#threads.runner.postMessage({ type: "file", name, file } satisfies RunnerFile);
  }

  /** Ends the workers. */
  close(): void {
    this.#threads.runner.terminate();
    this.#threads.compiler.terminate();
  }

  async #drain(): Promise<void> {
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      this.#executing = next;
      await this.#execute(next);
      this.#executing = null;
    }
  }

  async #execute(request: Request): Promise<void> {
    const { header } = request;
    const started = new Date().toISOString();
    this.#publisher.status(header, "busy");
    this.#questions.begin(request);
    const content = this.#broken
      ? this.#refuse(request, this.#broken)
      : await this.#execution.execute(request);
    this.#questions.end();
    await this.#publisher.flushed();
    const failed = content.status === "error" && request.content.silent !== true;
    const aborted = failed && request.content.stop_on_error !== false ? this.#waiting : [];
    if (aborted.length > 0) this.#waiting = [];
    await this.#reply(request, content, { started, status: content.status });
    this.#publisher.status(header, "idle");
    for (const waiting of aborted) {
      this.#publisher.status(waiting.header, "busy");
      await this.#reply(waiting, { status: "aborted" }, { status: "aborted" });
      this.#publisher.status(waiting.header, "idle");
    }
  }

  #refuse({ header }: Request, failure: Failure): ExecuteReply {
    this.#publisher.publish("error", header, failure);
    return { status: "error", execution_count: this.#execution.count, ...failure, payload: [] };
  }

  async #answer(request: Request): Promise<void> {
    const { header, content } = request;
    const handler = this.#handlers.get(header.msg_type);
    if (handler === undefined) return;
    this.#publisher.status(header, "busy");
    let answer: object;
    try {
      answer = await handler(content, request);
    } catch (error) {
      const { name: ename, message: evalue } = error as Error;
      answer = { status: "error", ename, evalue, traceback: [evalue] };
    }
    if (header.msg_type.endsWith("_request")) await this.#reply(request, answer);
    this.#publisher.status(header, "idle");
    // Clients show the last status that they saw, so a running cell is reported busy again.
    if (this.#executing !== null) this.#publisher.status(this.#executing.header, "busy");
  }

  async #reply({ header }: Request, content: object, metadata: object = {}): Promise<void> {
    const type = header.msg_type.replace(/_request$/, "_reply");
    await this.#shell.send({ type, parent: header, content, metadata } satisfies Outgoing);
  }

  /** A worker has failed: from now on each cell says so. */
  #break(message: string, main: MainClient): void {
    const evalue =
      `the kernel in this tab has stopped (${message}): restart it (Kernel → Restart Kernel), ` +
      "and if that doesn't help, reload the page";
    this.#broken = { ename: "KernelError", evalue, traceback: [`KernelError: ${evalue}`] };
    main.abandon(this.#broken);
  }
}

import type { Router } from "zeromq";
import type { CellLanguage } from "../compiler/types.js";
import type { Failure } from "../messages.js";
import { AbortableQueue } from "./abortableQueue.js";
import { Comms } from "./comms.js";
import type { CompilerClient } from "./compilerClient.js";
import type { Connection } from "./connection.js";
import type { Debugger } from "./debugger/index.js";
import { type Children, Execution } from "./execution.js";
import { createHandlers, type Handler } from "./handlers.js";
import { openHistory } from "./history/index.js";
import type { Interrupter } from "./interrupter.js";
import { log } from "./log.js";
import type { MainClient } from "./mainClient.js";
import type { Publisher } from "./publisher.js";
import type { Questions } from "./questions.js";
import { receiveRequests } from "./receive.js";
import type { Sender } from "./sender.js";
import { Usage } from "./usage.js";
import { versions } from "./versions.js";
import type { Request, Wire } from "./wire.js";

/** The parts of the kernel; `thread.ts` makes them. */
export interface KernelParts {
  language: CellLanguage;
  connection: Connection;
  wire: Wire;
  publisher: Publisher;
  compiler: CompilerClient;
  main: MainClient;
  interrupter: Interrupter;
  children: Children;
  debugger: Debugger;
  questions: Questions;
  /** Ends the process. */
  exit: () => void;
}

/** A socket that takes requests and sends replies. */
export interface RequestChannel {
  socket: Router;
  sender: Sender;
}

/**
 * Answers the requests of the shell and control channels.
 *
 * Source: Jupyter messaging specification 5.5. Requests to execute wait in a queue; all other requests are
 * answered at once, also while a cell runs.
 */
export class Kernel {
  readonly #parts: KernelParts;
  readonly #execution: Execution;
  readonly #queue: AbortableQueue<{ request: Request; channel: RequestChannel }>;
  readonly #history = openHistory();
  readonly #usage = new Usage();
  readonly #comms: Comms;
  readonly #handlers: Map<string, Handler>;
  #executing: Request | null = null;
  /** The request that was next when the last interrupt came. */
  #nextAtInterrupt: Request | null = null;

  constructor(parts: KernelParts) {
    this.#parts = parts;
    this.#execution = new Execution({ ...parts, history: this.#history });
    this.#comms = new Comms(parts.main, parts.publisher);
    this.#queue = new AbortableQueue((entry) => this.#execute(entry));
    this.#handlers = new Map(Object.entries(this.#createHandlers()));
  }

  /** Takes a channel's messages until its socket closes. */
  listen(name: "shell" | "control", channel: RequestChannel): Promise<void> {
    return receiveRequests(channel.socket, name, this.#parts.wire, (request) => {
      if (request.header.msg_type === "execute_request") this.#queue.add({ request, channel });
      else void this.#answer(request, channel);
    });
  }

  /**
   * Interrupts the running cell, also on SIGINT; if none runs, the listener of a comm message. An interrupt that
   * comes when a cell has just ended stops the next waiting cell. An idle kernel ignores interrupts.
   */
  async interrupt(): Promise<void> {
    this.#nextAtInterrupt = this.#queue.first?.request ?? null;
    if (this.#executing === null) return this.#parts.interrupter.interrupt();
    this.#parts.questions.interrupt();
    await this.#execution.interrupt();
  }

  /** Stops the code that runs at once, for a reason of the kernel's: the failure of a cell. */
  async stop(reason: Failure): Promise<void> {
    if (this.#executing !== null) return this.#execution.interrupt(reason);
    const { main, publisher, interrupter } = this.#parts;
    if (main.lastParent) publisher.stream(main.lastParent, "stderr", `${reason.evalue}\n`);
    await interrupter.interrupt({ atOnce: true });
  }

  #createHandlers(): Record<string, Handler> {
    const { publisher, connection } = this.#parts;
    return {
      ...createHandlers({
        ...this.#parts,
        history: this.#history,
        comms: this.#comms,
        versions,
        debugs: true,
      }),
      connect_request: () => ({
        status: "ok",
        ...Object.fromEntries(
          Object.entries(connection.ports).map(([name, port]) => [`${name}_port`, port]),
        ),
      }),
      usage_request: () => this.#usage.read(),
      debug_request: (content, { header }) => {
        this.#parts.debugger.parent = header;
        return this.#parts.debugger.handle(content as never);
      },
      interrupt_request: async () => {
        await this.interrupt();
        return { status: "ok" };
      },
      shutdown_request: ({ restart }, { header }) => {
        const content = { status: "ok", restart: restart === true };
        publisher.publish("shutdown_reply", header, content);
        return content;
      },
    };
  }

  async #answer(request: Request, channel: RequestChannel): Promise<void> {
    const { header } = request;
    const handler = this.#handlers.get(header.msg_type);
    if (handler === undefined) {
      log(`dropped a message of unknown type ${header.msg_type}`);
      return;
    }
    const { publisher } = this.#parts;
    publisher.status(header, "busy");
    let content: object;
    try {
      content = await handler(request.content, request);
    } catch (error) {
      const { name: ename, message: evalue } = error as Error;
      content = { status: "error", ename, evalue, traceback: [evalue] };
    }
    if (header.msg_type.endsWith("_request")) await this.#reply(request, channel, content);
    publisher.status(header, "idle");
    if (header.msg_type === "shutdown_request") return this.#parts.exit();
    // Clients show the last status that they saw, so a running cell is reported busy again. JupyterLab answers each
    // message of a running cell by a request of its debugger, for which this would have no end.
    const isDebugger = header.msg_type === "debug_request";
    if (this.#executing !== null && !isDebugger) publisher.status(this.#executing.header, "busy");
  }

  async #execute({
    request,
    channel,
  }: {
    request: Request;
    channel: RequestChannel;
  }): Promise<void> {
    const { publisher, questions } = this.#parts;
    const started = new Date().toISOString();
    this.#executing = request;
    publisher.status(request.header, "busy");
    const interrupted = this.#nextAtInterrupt === request;
    questions.begin(request);
    const content = await this.#execution.execute(request, { interrupted });
    questions.end();
    if (content.ename === "KeyboardInterrupt") this.#nextAtInterrupt = null;
    await publisher.flushed();
    const failed = content.status === "error" && request.content.silent !== true;
    // Requests that have arrived by now were sent before the client knew of the error, so they are aborted;
    // later requests are not.
    const aborted =
      failed && request.content.stop_on_error !== false
        ? await this.#queue.takeArrived(() => channel.socket.readable)
        : [];
    this.#executing = null;
    await this.#reply(request, channel, content, { started, status: content.status });
    publisher.status(request.header, "idle");
    for (const entry of aborted) await this.#abort(entry);
  }

  async #abort({ request, channel }: { request: Request; channel: RequestChannel }): Promise<void> {
    const started = new Date().toISOString();
    this.#parts.publisher.status(request.header, "busy");
    await this.#reply(request, channel, { status: "aborted" }, { started, status: "aborted" });
    this.#parts.publisher.status(request.header, "idle");
  }

  async #reply(
    { header, identities }: Request,
    { sender }: RequestChannel,
    content: object,
    metadata: object = {},
  ): Promise<void> {
    const type = header.msg_type.replace(/_request$/, "_reply");
    const frames = this.#parts.wire.serialize({
      type,
      parent: header,
      content,
      metadata,
      identities,
    });
    await sender.send(frames);
  }
}

import { basename } from "node:path";
import type { CompiledCell } from "../../compiler/types.js";
import type { CompilerClient } from "../compilerClient.js";
import type { Interrupter } from "../interrupter.js";
import { log } from "../log.js";
import type { MainClient } from "../mainClient.js";
import type { Publisher } from "../publisher.js";
import type { Header } from "../wire.js";
import { Breakpoints } from "./breakpoints.js";
import { Inspection } from "./inspection.js";
import { Inspector } from "./inspector.js";
import { Pauses } from "./pauses.js";
import { cellPaths, Sources } from "./sources.js";

/** A request of the Debug Adapter Protocol, as a `debug_request` carries it. */
export interface DebugRequest {
  seq: number;
  command: string;
  arguments: Record<string, any>;
}

/** The parts of the kernel that the debugger uses. */
export interface DebuggerParts {
  compiler: CompilerClient;
  main: MainClient;
  interrupter: Interrupter;
  publisher: Publisher;
}

type Handler = (request: Record<string, any>) => object | undefined | Promise<object | undefined>;

/** The main thread is the only one that front ends see. */
const threadId = 1;

/** The parts of a debugger that is on. */
interface Running {
  inspector: Inspector;
  pauses: Pauses;
  inspection: Inspection;
}

/**
 * The lists that a refused request's body still holds. JupyterLab goes through them without asking whether the
 * request succeeded: the variables that its panel asks for may be gone, since the program has gone on.
 */
const emptyBodies: Record<string, object> = {
  stackTrace: { stackFrames: [], totalFrames: 0 },
  scopes: { scopes: [] },
  variables: { variables: [] },
  inspectVariables: { variables: [] },
  setBreakpoints: { breakpoints: [] },
};

/** Frames in these files aren't the reader's. */
const kernelFiles = ["^node:", "/(dist|src)/kernel/"];

/**
 * Debugs cells and local modules over V8's inspector, from the protocol's thread.
 *
 * Source: the Debug Adapter Protocol 1.67 with Jupyter's additions (`debugInfo`, `dumpCell`, `inspectVariables`,
 * `richInspectVariables`), messaging specification 5.5.
 */
export class Debugger {
  readonly #parts: DebuggerParts;
  readonly #sources = new Sources();
  readonly #breakpoints = new Breakpoints(this.#sources);
  readonly #handlers: Record<string, Handler>;
  /** The message that events are answers to: the front end's last request. */
  parent: Header | null = null;
  #running: Running | null = null;
  #events = 0;

  constructor(parts: DebuggerParts) {
    this.#parts = parts;
    this.#handlers = this.#createHandlers();
    parts.interrupter.onTermination = () => void this.#running?.pauses.resume();
  }

  /** Answers a request; the result is the content of a `debug_reply`. */
  async handle({ seq, command, arguments: given }: DebugRequest): Promise<object> {
    const reply = { type: "response", request_seq: seq, seq: ++this.#events, command };
    try {
      const handler = Object.hasOwn(this.#handlers, command) ? this.#handlers[command] : undefined;
      if (handler === undefined) throw new Error(`unknown command: ${command}`);
      return { ...reply, success: true, body: (await handler(given ?? {})) ?? {} };
    } catch (error) {
      const body = Object.hasOwn(emptyBodies, command) ? emptyBodies[command] : {};
      return { ...reply, success: false, message: (error as Error).message, body };
    }
  }

  /**
   * A cell is about to run: its breakpoints are set.
   *
   * @param code the cell as the front end has sent it
   */
  async begin(code: string, cell: CompiledCell): Promise<void> {
    const paths = this.#sources.add(code, cell);
    if (this.#running === null) return;
    try {
      for (const path of paths) await this.#breakpoints.apply(path);
    } catch (error) {
      log(`debugger: ${(error as Error).message}`); // the cell runs without them
    }
  }

  /** The cell has ended. */
  end(): void {
    this.#running?.pauses.ended();
  }

  /** Ends the debugger; a program that is stopped goes on. */
  async stop(): Promise<void> {
    const running = this.#running;
    if (running === null) return;
    this.#running = null;
    await this.#breakpoints.use(null);
    running.inspector.disconnect();
  }

  #createHandlers(): Record<string, Handler> {
    return {
      debugInfo: () => this.#info(),
      initialize: () => this.#initialize(),
      attach: () => this.#emit("initialized"),
      configurationDone: () => undefined,
      dumpCell: ({ code }) => ({ sourcePath: this.#sources.dump(String(code)) }),
      setBreakpoints: (request) => this.#setBreakpoints(request),
      setExceptionBreakpoints: ({ filters = [] }) => this.#setExceptions(filters),
      source: ({ source }) => this.#source(String(source?.path)),
      modules: () => this.#modules(),
      threads: () => ({ threads: [{ id: threadId, name: "main" }] }),
      stackTrace: () => this.#stackTrace(),
      scopes: async ({ frameId }) => ({ scopes: await this.#on().inspection.scopes(frameId) }),
      variables: async ({ variablesReference }) => ({
        variables: await this.#on().inspection.list(variablesReference),
      }),
      // JupyterLab asks while the debugger is off, too.
      inspectVariables: async () => ({
        variables: (await this.#running?.inspection.variables()) ?? [],
      }),
      richInspectVariables: async ({ variableName, frameId = 1 }) => {
        const text = await this.#on().inspection.text(String(variableName), frameId);
        return { data: { "text/plain": text }, metadata: {} };
      },
      evaluate: async ({ expression, frameId = 1 }) => {
        const { inspection } = this.#on();
        const { value, type, variablesReference } = await inspection.evaluate(
          String(expression),
          frameId,
        );
        return { result: value, type, variablesReference };
      },
      continue: async () => {
        await this.#on().pauses.resume();
        return { allThreadsContinued: true };
      },
      next: () => this.#on().pauses.step("stepOver") as Promise<undefined>,
      stepIn: () => this.#on().pauses.step("stepInto") as Promise<undefined>,
      stepOut: () => this.#on().pauses.step("stepOut") as Promise<undefined>,
      pause: () => this.#on().inspector.post("Debugger.pause"),
      disconnect: () => this.stop() as Promise<undefined>,
      terminate: () => this.stop() as Promise<undefined>,
    };
  }

  #on(): Running {
    if (this.#running === null) throw new Error("the debugger is off (send initialize first)");
    return this.#running;
  }

  #emit(event: string, body: object = {}): undefined {
    const content = { type: "event", seq: ++this.#events, event, body };
    this.#parts.publisher.publish("debug_event", this.parent, content);
  }

  #info(): object {
    const isStopped = this.#running?.pauses.isStopped === true;
    return {
      isStarted: this.#running !== null,
      ...cellPaths,
      breakpoints: this.#breakpoints.list.map(({ source, lines }) => ({
        source,
        breakpoints: lines.map((line) => ({ line })),
      })),
      stoppedThreads: isStopped ? [threadId] : [],
      richRendering: true,
      exceptionPaths: [],
      copyToGlobals: false,
    };
  }

  async #initialize(): Promise<object> {
    if (this.#running === null) {
      const inspector = new Inspector();
      const pauses = new Pauses({
        inspector,
        sources: this.#sources,
        isInterrupted: () => this.#parts.interrupter.isActive,
        onStopped: (reason, text) => {
          this.#running?.inspection.clear();
          this.#emit("stopped", { reason, threadId, allThreadsStopped: true, text });
        },
        onContinued: () => this.#emit("continued", { threadId, allThreadsContinued: true }),
      });
      await inspector.post("Debugger.enable");
      await inspector.post("Debugger.setBlackboxPatterns", { patterns: kernelFiles });
      const { compiler, main } = this.#parts;
      const inspection = new Inspection({ inspector, pauses, compiler, main });
      this.#running = { inspector, pauses, inspection };
      await this.#breakpoints.use(inspector);
    }
    return {
      supportsConfigurationDoneRequest: true,
      supportsTerminateRequest: true,
      exceptionBreakpointFilters: [
        { filter: "raised", label: "Raised Exceptions", default: false },
      ],
    };
  }

  async #setBreakpoints({ source, breakpoints = [] }: Record<string, any>): Promise<object> {
    const path = String(source?.path);
    const lines = (breakpoints as { line: number }[]).map(({ line }) => Number(line));
    const found = await this.#breakpoints.want(path, lines);
    return { breakpoints: found.map((line) => ({ verified: true, line, source: { path } })) };
  }

  async #setExceptions(filters: string[]): Promise<undefined> {
    const state = filters.includes("raised") ? "all" : "none";
    await this.#on().inspector.post("Debugger.setPauseOnExceptions", { state });
  }

  #source(path: string): object {
    const content = this.#sources.text(path);
    if (content === undefined) throw new Error(`unknown source: ${path}`);
    return { content, mimeType: "text/typescript" };
  }

  /** JupyterLab lists these as the kernel's sources, and opens one by `source`. */
  #modules(): object {
    const paths = this.#sources.modules();
    const modules = paths.map((path) => ({ id: path, name: basename(path), path }));
    return { modules, totalModules: modules.length };
  }

  #stackTrace(): object {
    const { frames } = this.#on().pauses;
    const stackFrames = frames.map(({ frame, source, line, isCell }, index) => ({
      id: index + 1,
      name: isCell ? "<cell>" : frame.functionName || "<anonymous>",
      line: line ?? 1,
      column: 1,
      source: { path: source.path, name: source.path },
    }));
    return { stackFrames, totalFrames: stackFrames.length };
  }
}

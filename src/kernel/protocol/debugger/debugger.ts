import { randomUUID } from "node:crypto";
import type { Runtime } from "node:inspector";
import type { CompiledCell } from "../../compiler/types.js";
import type { CompilerClient } from "../compilerClient.js";
import type { Interrupter } from "../interrupter.js";
import { log } from "../log.js";
import type { MainClient } from "../mainClient.js";
import type { Publisher } from "../publisher.js";
import type { Header } from "../wire.js";
import { Breakpoints } from "./breakpoints.js";
import { boxesOf, scopesOf } from "./frames.js";
import { Inspector } from "./inspector.js";
import { Pauses } from "./pauses.js";
import { cellPaths, Sources } from "./sources.js";
import { Values } from "./values.js";

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
  values: Values;
}

/** Frames in these files aren't the reader's. */
const kernelFiles = ["^node:", "/(dist|src)/kernel/"];

/** Has a value print itself, for a tooltip. */
const inspect = `function (value) { return process.getBuiltinModule("node:util").inspect(value); }`;

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
  #variables: { key: string; id?: string } | null = null;
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
      return { ...reply, success: false, message: (error as Error).message, body: {} };
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
    this.#variables = null;
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
      threads: () => ({ threads: [{ id: threadId, name: "main" }] }),
      stackTrace: () => this.#stackTrace(),
      scopes: ({ frameId }) => this.#scopes(frameId),
      variables: ({ variablesReference }) => this.#list(variablesReference),
      inspectVariables: () => this.#inspectVariables(),
      richInspectVariables: (request) => this.#richInspect(request),
      evaluate: (request) => this.#evaluate(request),
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
      const values = new Values(inspector);
      const pauses = new Pauses({
        inspector,
        sources: this.#sources,
        isInterrupted: () => this.#parts.interrupter.isActive,
        onStopped: (reason, text) => {
          values.clear();
          this.#emit("stopped", { reason, threadId, allThreadsStopped: true, text });
        },
        onContinued: () => this.#emit("continued", { threadId, allThreadsContinued: true }),
      });
      await inspector.post("Debugger.enable");
      await inspector.post("Debugger.setBlackboxPatterns", { patterns: kernelFiles });
      this.#running = { inspector, pauses, values };
      this.#variables = { key: randomUUID() };
      this.#parts.main.post({ type: "expose", key: this.#variables.key });
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

  async #scopes(frameId: number): Promise<object> {
    const { pauses, inspector, values } = this.#on();
    const frame = pauses.frames[frameId - 1];
    const found = frame === undefined ? [] : await scopesOf(frame, inspector, values);
    const globals = await this.#globals();
    if (globals !== undefined) found.push({ name: "Globals", reference: globals });
    const scopes = found.map(({ name, reference }) => ({
      name,
      variablesReference: reference,
      expensive: false,
    }));
    return { scopes };
  }

  async #list(reference: number): Promise<object> {
    return { variables: await this.#on().values.list(reference) };
  }

  /** The variables of all cells, for a program that isn't stopped. */
  async #inspectVariables(): Promise<object> {
    if (this.#running === null) return { variables: [] };
    const globals = await this.#globals();
    return { variables: globals === undefined ? [] : await this.#running.values.list(globals) };
  }

  /** A number for the variables of all cells. The main thread offers them under a secret name, once. */
  async #globals(): Promise<number | undefined> {
    const { inspector, values } = this.#on();
    const variables = this.#variables!;
    if (variables.id === undefined) {
      const name = JSON.stringify(variables.key);
      const expression = `(() => { const f = globalThis[${name}]; delete globalThis[${name}]; return f; })()`;
      variables.id = (await this.#run("Runtime.evaluate", { expression })).objectId;
    }
    if (variables.id === undefined) return undefined;
    const { result } = await inspector.post<{ result: Runtime.RemoteObject }>(
      "Runtime.callFunctionOn",
      { objectId: variables.id, functionDeclaration: "function () { return this(); }" },
    );
    return result.objectId === undefined ? undefined : values.refer(result.objectId, true);
  }

  async #evaluate({ expression, frameId }: Record<string, any>): Promise<object> {
    const value = await this.#valueOf(String(expression), Number(frameId ?? 1));
    const { value: result, type, variablesReference } = this.#on().values.show("", value);
    return { result, type, variablesReference };
  }

  /** The value of an expression in a frame of the stopped program. */
  async #valueOf(expression: string, frameId: number): Promise<Runtime.RemoteObject> {
    const { pauses, inspector } = this.#on();
    const frame = pauses.frames[frameId - 1];
    if (frame === undefined) throw new Error("the program isn't stopped");
    const suffix = frame.source.names?.suffix ?? "";
    const boxes = await boxesOf(frame, inspector);
    const code = await this.#parts.compiler.call("expression", expression, boxes, suffix);
    const { callFrameId } = frame.frame;
    return this.#run("Debugger.evaluateOnCallFrame", { callFrameId, expression: code });
  }

  async #richInspect({ variableName, frameId }: Record<string, any>): Promise<object> {
    const name = String(variableName);
    await this.#globals();
    const objectId = this.#variables?.id;
    const call = (functionDeclaration: string, argument: object) => {
      const given = { objectId, functionDeclaration, arguments: [argument] };
      return this.#run("Runtime.callFunctionOn", given);
    };
    const value = this.#on().pauses.isStopped
      ? await this.#valueOf(name, Number(frameId ?? 1))
      : await call("function (name) { return this()[name]; }", { value: name });
    const { objectId: id, value: plain, unserializableValue } = value;
    const text = await call(inspect, id ? { objectId: id } : { value: plain, unserializableValue });
    return { data: { "text/plain": String(text.value) }, metadata: {} };
  }

  /** @throws Error if the code throws, with its message */
  async #run(command: string, params: object): Promise<Runtime.RemoteObject> {
    const { result, exceptionDetails } = await this.#on().inspector.post<{
      result: Runtime.RemoteObject;
      exceptionDetails?: Runtime.ExceptionDetails;
    }>(command, { silent: true, ...params });
    if (!exceptionDetails) return result;
    const { exception, text } = exceptionDetails;
    throw new Error(exception?.description?.split("\n")[0] ?? text);
  }
}

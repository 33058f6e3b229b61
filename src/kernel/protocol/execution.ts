import type { CompiledCell, CompileResult } from "../compiler/types.js";
import { interruption } from "../interruption.js";
import type { Failure } from "../messages.js";
import type { CompilerClient } from "./compilerClient.js";
import type { Debugger } from "./debugger/index.js";
import { flag, record, text } from "./fields.js";
import type { History } from "./history/index.js";
import type { Interrupter } from "./interrupter.js";
import type { MainClient, Result, RunOutcome } from "./mainClient.js";
import { type Question, readQuestion } from "./pager.js";
import type { Publisher } from "./publisher.js";
import type { Header, Request } from "./wire.js";

/** The objects that executing cells needs. */
export interface ExecutionParts {
  compiler: CompilerClient;
  main: MainClient;
  interrupter: Pick<Interrupter, "interrupt" | "settled">;
  debugger: Pick<Debugger, "begin" | "end">;
  publisher: Publisher;
  history: Pick<History, "add" | "setResult">;
  children: Children;
}

/** The processes that cells start, where they can. */
export interface Children {
  /** Stops those that have been started since; resolves when they have ended, or can't be ended. */
  interrupt(since: number): Promise<unknown>;
  /** The time by the clock of processes. */
  now(): number;
}

/** The content of an `execute_reply`. */
export type ExecuteReply = Record<string, unknown> & { status: "ok" | "error" };

/** The content of an `execute_request`. */
interface Wanted {
  code: string;
  silent: boolean;
  stored: boolean;
  expressions: Record<string, unknown>;
}

/** @throws TypeError if a field is of a wrong type */
function readWanted(content: Record<string, unknown>): Wanted {
  const silent = flag(content, "silent", false);
  return {
    code: text(content, "code"),
    silent,
    stored: flag(content, "store_history", true) && !silent,
    expressions: record(content, "user_expressions"),
  };
}

/**
 * Executes one request at a time: compiles and runs the cell, publishes its result, and evaluates the
 * request's expressions.
 */
export class Execution {
  readonly #parts: ExecutionParts;
  #count = 0;
  #unstored = 0;
  #interrupted = false;
  #reason: Failure | undefined;
  /** When the run under way began, by the clock of processes; null while none is. */
  #began: number | null = null;
  /** Settles when the children of the interrupted run have ended, or couldn't be ended. */
  #stopping: Promise<unknown> = Promise.resolve();

  constructor(parts: ExecutionParts) {
    this.#parts = parts;
  }

  /** The number of cells that have been counted so far. */
  get count(): number {
    return this.#count;
  }

  /**
   * Interrupts the request that is being executed, wherever it is.
   *
   * @param reason the failure of a cell that the kernel stops at once; without it the cell fails as interrupted
   */
  interrupt(reason?: Failure): Promise<void> {
    this.#interrupted = true;
    this.#reason = reason ?? this.#reason;
    if (this.#began !== null && this.#parts.main.hasChildren) {
      this.#stopping = Promise.all([this.#stopping, this.#parts.children.interrupt(this.#began)]);
    }
    return this.#parts.interrupter.interrupt({ atOnce: reason !== undefined });
  }

  /**
   * @param options.interrupted whether the request was interrupted while it waited; an interrupted request
   * doesn't run
   */
  async execute(
    { header, metadata, content }: Request,
    { interrupted = false }: { interrupted?: boolean } = {},
  ): Promise<ExecuteReply> {
    this.#interrupted = interrupted;
    this.#reason = undefined;
    let wanted: Wanted;
    try {
      wanted = readWanted(content);
    } catch (error) {
      return this.#refuse(error as Error, header);
    }
    const { code, silent, stored } = wanted;
    if (stored) this.#parts.history.add(++this.#count, code);
    const cell = stored ? this.#count : this.#unstoredNumber();
    const { publisher } = this.#parts;
    if (!silent) {
      publisher.publish("execute_input", header, { code, execution_count: this.#count });
    }
    const question = readQuestion(code);
    if (question !== null) return this.#page(question);
    // JupyterLab's name of the cell in its notebook.
    const place = typeof metadata.cellId === "string" ? metadata.cellId : "";
    const outcome = await this.#run(code, cell, { header, place }, (early) => {
      if (early.status === "error") publisher.publish("error", header, early.failure);
      else if (early.result !== null && !silent) this.#publishResult(header, early.result, stored);
    });
    const execution_count = this.#count;
    if (outcome.status === "error") {
      return { status: "error", execution_count, ...outcome.failure, payload: [] };
    }
    const user_expressions = await this.#evaluate(wanted.expressions, header);
    return { status: "ok", execution_count, user_expressions, payload: [] };
  }

  /** Answers a request that makes no sense. */
  #refuse({ name, message }: Error, header: Header): ExecuteReply {
    const failure: Failure = { ename: name, evalue: message, traceback: [`${name}: ${message}`] };
    this.#parts.publisher.publish("error", header, failure);
    return { status: "error", execution_count: this.#count, ...failure, payload: [] };
  }

  /** Answers `name?` with a page for the client to show. */
  async #page({ expression, detail }: Question): Promise<ExecuteReply> {
    const { compiler } = this.#parts;
    const length = [...expression].length;
    const { found, data } = await compiler
      .call("inspect", expression, length, detail)
      .catch(() => ({ found: false, data: {} }));
    const page = found ? data : { "text/plain": `${expression} is not known` };
    return {
      status: "ok",
      execution_count: this.#count,
      user_expressions: {},
      payload: [{ source: "page", data: page, start: 0 }],
    };
  }

  async #run(
    code: string,
    cell: number,
    source: { header: Header; place: string },
    onOutcome: (outcome: RunOutcome) => void,
  ): Promise<RunOutcome> {
    const { header } = source;
    const fail = (failure: Failure): RunOutcome => {
      const outcome: RunOutcome = { status: "error", failure };
      onOutcome(outcome);
      return outcome;
    };
    if (this.#interrupted) return fail(interruption("before it ran"));
    this.#parts.main.preload(code, header);
    const compiled = await this.#compile(code, cell);
    if (!compiled.ok) return fail(compiled.failure);
    await this.#parts.interrupter.settled();
    if (this.#interrupted) return fail(interruption("before it ran"));
    const { warnings = [] } = compiled.cell satisfies CompiledCell;
    if (warnings.length > 0) {
      this.#parts.publisher.stream(header, "stderr", `${warnings.join("\n")}\n`);
    }
    await this.#stopping; // else children of this run would be taken for those of the interrupted one
    await this.#parts.debugger.begin(code, compiled.cell);
    this.#began = this.#parts.main.hasChildren ? this.#parts.children.now() : 0;
    const outcome = await this.#parts.main.run(compiled.cell, source, (early) =>
      onOutcome(this.#named(early)),
    );
    this.#began = null;
    this.#parts.debugger.end();
    return this.#named(outcome);
  }

  /** A cell that fails while it is interrupted fails by the interrupt: `execSync` throws when its child is stopped. */
  #named(outcome: RunOutcome): RunOutcome {
    return outcome.status === "error" && this.#interrupted
      ? { status: "error", failure: this.#reason ?? interruption() }
      : outcome;
  }

  async #compile(code: string, cell: number): Promise<CompileResult> {
    try {
      return await this.#parts.compiler.call("compile", code, cell);
    } catch (error) {
      const evalue = (error as Error).message;
      return { ok: false, failure: { ename: "CompilerError", evalue, traceback: [evalue] } };
    }
  }

  #publishResult(header: Header, { json, text }: Result, stored: boolean): void {
    // `json` is the text of an object, so the count is inserted before its first field.
    const content = `{"execution_count":${this.#count},${json.slice(1)}`;
    this.#parts.publisher.publish("execute_result", header, content);
    if (stored) this.#parts.history.setResult(this.#count, text);
  }

  /** Evaluates each expression by itself: if one fails, neither the others nor the cell fail. */
  async #evaluate(
    expressions: Record<string, unknown>,
    header: Header,
  ): Promise<Record<string, object>> {
    const values: Record<string, object> = {};
    for (const [name, expression] of Object.entries(expressions)) {
      // Code in parentheses can't declare a name.
      const code = `(${String(expression)}\n)`;
      const source = { header, place: "" };
      const outcome = await this.#run(code, this.#unstoredNumber(), source, () => {});
      values[name] =
        outcome.status === "error"
          ? { status: "error", ...outcome.failure }
          : { status: "ok", ...(JSON.parse(outcome.result?.json ?? undefinedJson) as object) };
    }
    return values;
  }

  /**
   * A number for code that isn't counted: 3.000001 is the first after cell 3. Every piece of code needs a
   * different number, since the compiler names its modules after the numbers.
   */
  #unstoredNumber(): number {
    this.#unstored = (this.#unstored % 999_999) + 1;
    return Number(`${this.#count}.${String(this.#unstored).padStart(6, "0")}`);
  }
}

const undefinedJson = '{"data":{"text/plain":"undefined"},"metadata":{}}';

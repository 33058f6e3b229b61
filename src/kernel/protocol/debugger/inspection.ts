import { randomUUID } from "node:crypto";
import type { Runtime } from "node:inspector";
import type { CompilerClient } from "../compilerClient.js";
import type { MainClient } from "../mainClient.js";
import { boxesOf, scopesOf } from "./frames.js";
import type { Inspector } from "./inspector.js";
import type { Pauses } from "./pauses.js";
import { Values, type Variable } from "./values.js";

/** The parts of the kernel that looking at values needs. */
export interface InspectionParts {
  inspector: Inspector;
  pauses: Pauses;
  compiler: CompilerClient;
  main: MainClient;
}

/** Has a value print itself, for a tooltip. */
const print = `function (value) { return process.getBuiltinModule("node:util").inspect(value); }`;

/** Shows the values of a program: the variables of a stopped one's frames, those of all cells, and expressions. */
export class Inspection {
  readonly #parts: InspectionParts;
  readonly #values: Values;
  /** The secret name under which the main thread offers the variables of all cells, until they are taken. */
  readonly #key = randomUUID();
  #variables: string | undefined;

  constructor(parts: InspectionParts) {
    this.#parts = parts;
    this.#values = new Values(parts.inspector);
    parts.main.post({ type: "expose", key: this.#key });
  }

  /** Forgets the numbers of values: the program has gone on. */
  clear(): void {
    this.#values.clear();
  }

  async scopes(frameId: number): Promise<{ name: string; variablesReference: number }[]> {
    const { pauses, inspector } = this.#parts;
    const frame = pauses.frames[frameId - 1];
    const scopes = frame === undefined ? [] : await scopesOf(frame, inspector, this.#values);
    const globals = await this.#globals();
    if (globals !== undefined) scopes.push({ name: "Globals", reference: globals });
    return scopes.map(({ name, reference }) => ({ name, variablesReference: reference }));
  }

  /** The members of a value. */
  list(reference: number): Promise<Variable[]> {
    return this.#values.list(reference);
  }

  /** The variables of all cells. */
  async variables(): Promise<Variable[]> {
    const globals = await this.#globals();
    return globals === undefined ? [] : this.#values.list(globals);
  }

  /** @throws Error if the program isn't stopped, or if the expression throws */
  async evaluate(expression: string, frameId: number): Promise<Variable> {
    return this.#values.show("", await this.#valueOf(expression, frameId));
  }

  /** @throws Error if there is no such variable */
  async text(name: string, frameId: number): Promise<string> {
    await this.#globals();
    const objectId = this.#variables;
    const call = (functionDeclaration: string, argument: object) =>
      this.#run("Runtime.callFunctionOn", {
        objectId,
        functionDeclaration,
        arguments: [argument],
      });
    const { objectId: id, ...plain } = this.#parts.pauses.isStopped
      ? await this.#valueOf(name, frameId)
      : await call("function (name) { return this()[name]; }", { value: name });
    const { value, unserializableValue } = plain;
    const text = await call(print, id ? { objectId: id } : { value, unserializableValue });
    return String(text.value);
  }

  /** A number for the variables of all cells. */
  async #globals(): Promise<number | undefined> {
    if (this.#variables === undefined) {
      const key = JSON.stringify(this.#key);
      const expression = `(() => { const f = globalThis[${key}]; delete globalThis[${key}]; return f; })()`;
      this.#variables = (await this.#run("Runtime.evaluate", { expression })).objectId;
    }
    if (this.#variables === undefined) return undefined;
    const call = {
      objectId: this.#variables,
      functionDeclaration: "function () { return this(); }",
    };
    const { objectId } = await this.#run("Runtime.callFunctionOn", call);
    return objectId === undefined ? undefined : this.#values.refer(objectId, true);
  }

  async #valueOf(expression: string, frameId: number): Promise<Runtime.RemoteObject> {
    const { pauses, inspector, compiler } = this.#parts;
    const frame = pauses.frames[frameId - 1];
    if (frame === undefined) throw new Error("the program isn't stopped");
    const suffix = frame.source.names?.suffix ?? "";
    const boxes = await boxesOf(frame, inspector);
    const code = await compiler.call("expression", expression, boxes, suffix);
    const { callFrameId } = frame.frame;
    return this.#run("Debugger.evaluateOnCallFrame", { callFrameId, expression: code });
  }

  /** @throws Error if the code throws, with its message */
  async #run(command: string, params: object): Promise<Runtime.RemoteObject> {
    const { result, exceptionDetails } = await this.#parts.inspector.post<{
      result: Runtime.RemoteObject;
      exceptionDetails?: Runtime.ExceptionDetails;
    }>(command, { silent: true, ...params });
    if (!exceptionDetails) return result;
    const { exception, text } = exceptionDetails;
    throw new Error(exception?.description?.split("\n")[0] ?? text);
  }
}

import type { Runtime } from "node:inspector";
import type { Inspector } from "./inspector.js";

/** A variable as the Debug Adapter Protocol has it. */
export interface Variable {
  name: string;
  value: string;
  type: string;
  variablesReference: number;
}

/** The most members of one value that are listed. */
const shown = 100;

/** Copies a value's own members without running a getter. */
const members = `function (limit) {
  const out = Object.create(null);
  let left = limit;
  for (const key of Reflect.ownKeys(this)) {
    if (typeof key === "symbol" || (Array.isArray(this) && key === "length")) continue;
    if (left-- === 0) break;
    const property = Object.getOwnPropertyDescriptor(this, key);
    if (property && "value" in property) out[key] = property.value;
  }
  if (this instanceof Map) for (const [key, value] of [...this].slice(0, limit)) out[String(key)] = value;
  if (this instanceof Set) [...this].slice(0, limit).forEach((value, index) => { out[index] = value; });
  return out;
}`;

/** Values of the main thread, under the numbers by which the front end asks for their members. */
export class Values {
  readonly #inspector: Inspector;
  readonly #objects = new Map<number, { id: string; isList: boolean }>();
  #next = 1;

  constructor(inspector: Inspector) {
    this.#inspector = inspector;
  }

  /** Forgets all values: numbers count until the program goes on. */
  clear(): void {
    this.#objects.clear();
  }

  /**
   * A number for a value.
   *
   * @param isList whether the value's own members are the list, as for the variables of a frame
   */
  refer(id: string, isList = false): number {
    const reference = this.#next++;
    this.#objects.set(reference, { id, isList });
    return reference;
  }

  /** The members of a value. */
  async list(reference: number): Promise<Variable[]> {
    const object = this.#objects.get(reference);
    if (object === undefined) return [];
    let { id } = object;
    if (!object.isList) {
      const { result } = await this.#inspector.post<{ result: Runtime.RemoteObject }>(
        "Runtime.callFunctionOn",
        { objectId: id, functionDeclaration: members, arguments: [{ value: shown }] },
      );
      if (result.objectId === undefined) return [];
      id = result.objectId;
    }
    const { result } = await this.#inspector.post<{ result: Runtime.PropertyDescriptor[] }>(
      "Runtime.getProperties",
      { objectId: id, ownProperties: true },
    );
    return result
      .slice(0, shown)
      .flatMap(({ name, value }) => (value === undefined ? [] : [this.show(name, value)]));
  }

  /** A value in a line. JupyterLab shows the values of Python's types, and of others the name of the type. */
  show(name: string, value: Runtime.RemoteObject): Variable {
    const text = textOf(value);
    const reference = value.objectId && value.type !== "function" ? this.refer(value.objectId) : 0;
    return { name, value: text, type: typeOf(value, text), variablesReference: reference };
  }
}

function textOf({ type, value, unserializableValue, description = "" }: Runtime.RemoteObject) {
  if (type === "string") return String(value);
  if (type === "function") return description.split("\n")[0]!.slice(0, 60);
  if (unserializableValue !== undefined) return unserializableValue;
  return description || String(value);
}

function typeOf({ type, value }: Runtime.RemoteObject, text: string): string {
  if (type === "number") return Number.isInteger(value) ? "int" : "float";
  if (type === "string") return "str";
  return type === "boolean" ? "bool" : text;
}

import { inspectValue } from "./inspectValue.js";

/** A value as Node's REPL prints it, written without Node. */
export function inspect(value: unknown): string {
  return inspectValue(value, { depth: 3 });
}

import { inspect as inspectValue } from "node:util";

/** Limits that show enough of a value to recognise it; a cell that needs more prints the value. */
const options = {
  colors: false,
  depth: 3,
  maxArrayLength: 100,
  maxStringLength: 10_000,
  breakLength: 100,
  compact: 3,
} as const;

/** A value as Node's REPL prints it. */
export function inspect(value: unknown): string {
  return inspectValue(value, options);
}

import { builtin } from "./node.js";

/** Enough of a value to recognise it; a cell that needs more prints it. */
const inspectOptions = {
  colors: false,
  depth: 3,
  maxArrayLength: 100,
  maxStringLength: 10_000,
  breakLength: 100,
  compact: 3,
} as const;

/**
 * A value as Node's REPL prints it. Never throws: a value that breaks its own inspection is named by
 * its kind, with the reason.
 *
 * @example
 * toText(new Map([["bits", 4]])); // "Map(1) { 'bits' => 4 }"
 */
export function toText(value: unknown): string {
  const inspect = builtin("node:util")?.inspect;
  try {
    return inspect ? inspect(value, inspectOptions) : String(value);
  } catch (error) {
    return `${kind(value)} (it can't be inspected: ${reason(error)})`;
  }
}

/** What an error says, in one line; anything can be thrown, and even its text can throw. */
export function reason(error: unknown): string {
  try {
    const text = error instanceof Error ? error.message || error.name : String(error);
    return text.split("\n", 1)[0]!;
  } catch {
    return kind(error);
  }
}

function kind(value: unknown): string {
  try {
    return Object.prototype.toString.call(value);
  } catch {
    return `[${typeof value}]`;
  }
}

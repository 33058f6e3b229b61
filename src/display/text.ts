import { inspect } from "#door/display/inspect";

/**
 * A value as Node's REPL prints it. Never throws: a value that breaks its own inspection is named by
 * its kind, with the reason.
 *
 * @example
 * toText(new Map([["bits", 4]])); // "Map(1) { 'bits' => 4 }"
 */
export function toText(value: unknown): string {
  try {
    return inspect(value);
  } catch (error) {
    return `${kind(value)} (it can't be inspected: ${reason(error)})`;
  }
}

/** An error's message, in one line. Anything can be thrown, and even reading its text can throw. */
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

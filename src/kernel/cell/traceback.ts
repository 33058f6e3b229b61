import { inspect } from "#door/kernel/cell/platform";
import { type Frame, stackFrames } from "./frames.js";
import { rawStack } from "./stack.js";

/** An error as the Jupyter protocol reports it. */
export interface FormattedError {
  ename: string;
  evalue: string;
  /** Lines with ANSI colours. */
  traceback: string[];
}

const red = (text: string) => `\u001b[31m${text}\u001b[39m`;
const bold = (text: string) => `\u001b[1m${text}\u001b[22m`;
const cyan = (text: string) => `\u001b[36m${text}\u001b[39m`;

/** The longest message shown whole, in characters. */
const longest = 20_000;
/** The depth to which causes and collected errors are followed. */
const deepest = 5;
/** How many of an AggregateError's errors are shown. */
const collected = 10;

/**
 * The lines of a traceback for any value that a cell threw. Places in cells and local modules are shown
 * with their source line, other places by file; the kernel's own frames are left out. Never throws.
 */
export function formatError(error: unknown): FormattedError {
  const { ename, evalue } = describe(error);
  try {
    return { ename, evalue, traceback: section(error, new Set(), 0) };
  } catch {
    // The cell has replaced what formatting needs, such as `Array.prototype.push`. It must end all the same.
    return { ename, evalue, traceback: [`${ename}: ${evalue}`] };
  }
}

function section(error: unknown, seen: Set<unknown>, depth: number): string[] {
  const { ename, evalue } = describe(error);
  const lines = `${bold(red(ename))}: ${evalue}`.split("\n");
  if (typeof error !== "object" || error === null) return lines;
  if (seen.has(error)) return [...lines, "  (shown above)"];
  seen.add(error);
  const stack = rawStack(error, textOf(error, "stack"));
  lines.push(...formatFrames(stackFrames(stack, textOf(error, "message"))));
  if (depth >= deepest) return lines;

  const errors = read(error, "errors");
  if (Array.isArray(errors) && error instanceof AggregateError) {
    for (const [index, inner] of errors.slice(0, collected).entries()) {
      lines.push("", cyan(`Error ${index + 1} of ${errors.length}:`));
      lines.push(...section(inner, seen, depth + 1));
    }
  }
  const cause = read(error, "cause");
  if (cause !== undefined && error instanceof Error) {
    lines.push("", cyan("Caused by:"), ...section(cause, seen, depth + 1));
  }
  return lines;
}

function formatFrames(frames: Frame[]): string[] {
  const lines: string[] = [];
  for (let i = 0; i < frames.length; ) {
    const frame = frames[i]!;
    let repeats = 1;
    while (frames[i + repeats] && samePlace(frames[i + repeats]!, frame)) repeats++;
    lines.push(`    at ${frame.name ? `${frame.name}, ` : ""}${cyan(frame.place)}`);
    lines.push(...frame.lines);
    if (repeats > 1) lines.push(`    … the same place ${repeats - 1} more times`);
    i += repeats;
  }
  return lines;
}

function samePlace(a: Frame, b: Frame): boolean {
  return a.place === b.place && a.name === b.name;
}

function describe(error: unknown): { ename: string; evalue: string } {
  if (!isError(error)) return { ename: "Uncaught", evalue: shorten(show(error)) };
  return { ename: nameOf(error), evalue: shorten(textOf(error, "message") ?? "") };
}

function isError(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  try {
    return value instanceof Error || typeof textOf(value, "stack") === "string";
  } catch {
    return false;
  }
}

/** The error's name, or its class's name if a subclass didn't set one. */
function nameOf(error: object): string {
  const name = textOf(error, "name");
  if (name !== undefined && name !== "Error" && name !== "") return name;
  const errorClass = read(error, "constructor");
  const className = typeof errorClass === "function" ? textOf(errorClass, "name") : undefined;
  return className || name || "Error";
}

function show(value: unknown): string {
  try {
    return typeof value === "string" ? value : inspect(value, { depth: 2 });
  } catch {
    return `a value that can't be shown (${typeof value})`;
  }
}

function shorten(text: string): string {
  if (text.length <= longest) return text;
  return `${text.slice(0, longest)}… (${text.length - longest} more characters)`;
}

function textOf(value: object, key: string): string | undefined {
  const text = read(value, key);
  return typeof text === "string" ? text : undefined;
}

/** A property; `undefined` when its getter throws. */
function read(value: object, key: string): unknown {
  try {
    return (value as Record<string, unknown>)[key];
  } catch {
    return undefined;
  }
}

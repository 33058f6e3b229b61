import { kernelFolder, pathInStack } from "#door/kernel/cell/platform";
import { type Origin, originOf, sourceName } from "./sources.js";

/** One line of a traceback. */
export interface Frame {
  /** The function's name; empty for a cell's top level. */
  name: string;
  /** `cell 3, line 2` or a file with line and column. */
  place: string;
  /** The source line and its mark, if the source is known. */
  lines: string[];
}

export const framePattern = /^\s*at (?:(.*) \()?(.+?):(\d+):(\d+)\)?$/;
/** The function that a cell is compiled to. */
export const mainPattern = /(^|\s|\.)cellMain\$+$/;

/** The frames of a stack in V8's format, with places in the sources. */
export function stackFrames(stack = "", message = ""): Frame[] {
  // A message may itself hold lines that look like frames.
  const start = message ? stack.indexOf(message) + message.length : 0;
  const frames: Frame[] = [];
  for (const text of stack.slice(Math.max(0, start)).split("\n")) {
    const match = framePattern.exec(text);
    if (!match) continue;
    const file = pathOf(match[2]!);
    const line = Number(match[3]);
    const column = Number(match[4]);
    const source = sourceName(file);
    if (source !== undefined) {
      const isMain = mainPattern.test(match[1] ?? "");
      const name = isMain ? "" : (match[1] ?? "").replace(/^async /, "");
      const origin = originOf(file, line, column);
      // Code that the compiler has added has no line in the source.
      frames.push(origin ? ownFrame(name, origin) : { name, place: source, lines: [] });
      if (isMain) break; // The frames after this one are the kernel's.
    } else if (!isInternal(file)) {
      frames.push({ name: match[1] ?? "", place: `${file}:${line}:${column}`, lines: [] });
    }
  }
  return frames;
}

/** The path in a line of a stack, which may be a URL. */
export function pathOf(text: string): string {
  return pathInStack(text.replace(/^async /, ""));
}

/** Whether a file is the kernel's own. */
export function isKernel(file: string): boolean {
  return file.startsWith(kernelFolder);
}

function isInternal(file: string): boolean {
  return (
    file.startsWith("node:") ||
    isKernel(file) ||
    file === "<anonymous>" ||
    file.startsWith("native")
  );
}

const red = (text: string) => `\u001b[31m${text}\u001b[39m`;
const cyan = (text: string) => `\u001b[36m${text}\u001b[39m`;

function ownFrame(name: string, { name: source, source: text, line, column }: Origin): Frame {
  const sourceLine = (text.split("\n")[line - 1] ?? "").replace(/\r$/, "");
  const gutter = `${String(line).padStart(5)} | `;
  const indent = sourceLine.slice(0, column - 1).replace(/[^\t]/g, " ");
  return {
    name,
    place: `${source}, line ${line}`,
    lines: [
      `${cyan(gutter)}${sourceLine}`,
      `${" ".repeat(gutter.length - 2)}${cyan("| ")}${indent}${red("^")}`,
    ],
  };
}

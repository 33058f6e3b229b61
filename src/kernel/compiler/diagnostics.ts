import ts from "typescript";
import { relative } from "#door/kernel/paths";
import { sourceOffset, unknownCommand } from "./reading/index.js";
import type { CompileFailure, Insertion } from "./types.js";

const red = (text: string) => `\u001b[31m${text}\u001b[39m`;
const bold = (text: string) => `\u001b[1m${text}\u001b[22m`;
const cyan = (text: string) => `\u001b[36m${text}\u001b[39m`;

/** The most diagnostics that a traceback shows. */
const shown = 10;

export interface FailedCell {
  source: string;
  cell: number;
  /** The file name of the cell in the program. */
  file: string;
  cwd: string;
  /** The sentence for a name of Node's where there is no Node. */
  withoutNode?: string | null;
  /** The characters that the compiler put into the source before the diagnostics were made. */
  insertion?: Insertion;
}

/** Formats the diagnostics that stop a cell, each with its code, its place and the marked line. */
export function compileFailure(
  found: readonly ts.Diagnostic[],
  failed: FailedCell,
  ename: "SyntaxError" | "TypeError",
): CompileFailure {
  const diagnostics = found.map((diagnostic) => inSource(diagnostic, failed));
  const traceback = diagnostics
    .slice(0, shown)
    .flatMap((diagnostic, index) => [
      ...(index > 0 ? [""] : []),
      ...formatDiagnostic(diagnostic, failed),
    ]);
  if (diagnostics.length > shown) {
    traceback.push("", `… and ${diagnostics.length - shown} more`);
  }
  const first = diagnostics[0]!;
  return {
    ename,
    evalue: `${first.code === 0 ? "" : `${label(first)}: `}${message(first, failed)} (${place(first, failed)})`,
    traceback,
  };
}

/** A diagnostic by the offsets of the source; an unknown command is named. */
function inSource(diagnostic: ts.Diagnostic, failed: FailedCell): ts.Diagnostic {
  if (diagnostic.file?.fileName !== failed.file || diagnostic.start === undefined) {
    return diagnostic;
  }
  const start = sourceOffset(diagnostic.start, failed.insertion);
  const byParser = diagnostic.code !== 0 && isSyntaxError(diagnostic);
  const command = byParser ? unknownCommand(failed.source, start) : undefined;
  return command
    ? { ...diagnostic, start, code: 0, messageText: command }
    : { ...diagnostic, start };
}

/** Whether a diagnostic is the parser's, or the kernel's own. */
export function isSyntaxError({ code }: ts.Diagnostic): boolean {
  return code < 2000;
}

/** The compiler's code; what the kernel itself says has none. */
function label({ code }: ts.Diagnostic): string {
  return code === 0 ? "SyntaxError" : `TS${code}`;
}

function formatDiagnostic(diagnostic: ts.Diagnostic, failed: FailedCell): string[] {
  const text = message(diagnostic, failed);
  const lines = [
    `${bold(red(label(diagnostic)))}: ${text}`,
    `  ${cyan(place(diagnostic, failed))}`,
  ];
  const source = sourceOf(diagnostic, failed);
  if (source !== undefined && diagnostic.start !== undefined) {
    lines.push(...markedLine(source, diagnostic.start, diagnostic.length ?? 1));
  }
  return lines;
}

/** TypeScript's advice to install Node's types. */
const installNode = /Do you need to install type definitions for node\?.*/;

function message(diagnostic: ts.Diagnostic, { withoutNode }: FailedCell): string {
  const text = clean(ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n"));
  return withoutNode ? text.replace(installNode, withoutNode) : text;
}

/** Takes the names of the compiler's own modules out of a text. */
export function clean(text: string): string {
  return text
    .replace(/import\("[^"]*\[cell[^"]*"\)\./g, "")
    .replace("because it is an import.", "because it is an import or an earlier cell's constant.");
}

function sourceOf(diagnostic: ts.Diagnostic, failed: FailedCell): string | undefined {
  if (!diagnostic.file) return undefined;
  return diagnostic.file.fileName === failed.file ? failed.source : diagnostic.file.text;
}

function place(diagnostic: ts.Diagnostic, failed: FailedCell): string {
  const source = sourceOf(diagnostic, failed);
  const where =
    !diagnostic.file || diagnostic.file.fileName === failed.file
      ? `cell ${failed.cell}`
      : relative(failed.cwd, diagnostic.file.fileName);
  if (source === undefined || diagnostic.start === undefined) return where;
  const { line, column } = position(source, diagnostic.start);
  return `${where}, line ${line + 1}, column ${column + 1}`;
}

function position(source: string, offset: number): { line: number; column: number } {
  const before = source.slice(0, offset);
  const lineStart = before.lastIndexOf("\n") + 1;
  return { line: before.split("\n").length - 1, column: offset - lineStart };
}

/** A source line with its number, and a line of `~` below the marked part. */
export function markedLine(source: string, offset: number, length: number): string[] {
  const { line, column } = position(source, Math.min(offset, source.length));
  const text = (source.split("\n")[line] ?? "").replace(/\r$/, "");
  const gutter = `${String(line + 1).padStart(5)} | `;
  const indent = text.slice(0, column).replace(/[^\t]/g, " ");
  const width = Math.max(1, Math.min(length, text.length - column));
  return [
    `${cyan(gutter)}${text}`,
    `${" ".repeat(gutter.length - 2)}${cyan("| ")}${indent}${red("~".repeat(width))}`,
  ];
}

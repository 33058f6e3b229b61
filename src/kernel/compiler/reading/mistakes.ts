import ts from "typescript";
import type { Command } from "./commands.js";

/** The effect of a wrong type: it stops the cell, is told before the cell runs, or isn't looked for. */
export type TypeChecks = "error" | "warn" | "off";

const typeChecks: readonly string[] = ["error", "warn", "off"] satisfies TypeChecks[];

/** The mistake in a command, as a diagnostic without a code; undefined if there is none. */
export function commandMistake(command: Command, file: ts.SourceFile): ts.Diagnostic | undefined {
  const messageText = mistake(command, file);
  if (messageText === undefined) return undefined;
  return {
    category: ts.DiagnosticCategory.Error,
    code: 0,
    file,
    start: command.offset,
    length: command.end - command.offset,
    messageText,
  };
}

function mistake(
  { name, argument, offset, end }: Command,
  file: ts.SourceFile,
): string | undefined {
  if (name === "types" && !typeChecks.includes(argument)) {
    return `invalid %types: ${argument || "nothing"} (expected off, warn or error)`;
  }
  if (name === "npm" && argument === "") {
    return "%npm needs a command, e.g. %npm install d3-array";
  }
  if (name === "timeit" && !ts.isExpressionStatement(statementAfter(end, file) ?? file)) {
    return "%timeit needs an expression on its line, e.g. %timeit f(100)";
  }
  if (name === "time" && offset > 0 && !statementAfter(end, file)) {
    return "%time needs a statement on its line, or the first line for itself to time the whole cell";
  }
  return undefined;
}

/** The statement that begins on the same line, after a command. */
export function statementAfter(end: number, file: ts.SourceFile): ts.Statement | undefined {
  const next = file.statements.find((statement) => statement.getStart(file) >= end);
  if (!next) return undefined;
  return file.text.slice(end, next.getStart(file)).includes("\n") ? undefined : next;
}

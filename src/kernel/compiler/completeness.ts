import ts from "typescript";
import { syntaxErrors } from "./compile.js";
import type { Completeness } from "./types.js";

/** Errors that more text would mend wherever they stand: an open comment, an open template. */
const open = new Set([1010, 1160]);

/** Whether a console may run what is typed so far, or should go on to the next line. */
export function completeness(file: ts.SourceFile): Completeness {
  const source = file.text;
  const first = syntaxErrors(file)[0];
  if (!first && !lacksBody(file)) return { status: "complete", indent: "" };
  const end = source.trimEnd().length;
  const atEnd = !first || first.start >= end || open.has(first.code);
  // A string that is not closed on its line can't be closed on the next.
  if (!atEnd || first?.code === 1002) return { status: "invalid", indent: "" };
  return { status: "incomplete", indent: nextIndent(source) };
}

/** `function f()` at the very end: the body comes next. */
function lacksBody(file: ts.SourceFile): boolean {
  const last = file.statements.at(-1);
  return (
    last !== undefined &&
    ts.isFunctionDeclaration(last) &&
    !last.body &&
    file.text.trimEnd().endsWith(")")
  );
}

/** The last line's indent, and two spaces more where it opens a bracket. */
function nextIndent(source: string): string {
  const line = source.trimEnd().split("\n").at(-1) ?? "";
  const indent = /^\s*/.exec(line)![0];
  return /[{([]\s*(\/\/.*)?$|=>\s*$/.test(line) ? `${indent}  ` : indent;
}

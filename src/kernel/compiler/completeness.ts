import ts from "typescript";
import { syntaxErrors } from "./reading/index.js";
import type { Completeness } from "./types.js";

/** Codes of errors that more text can mend wherever they stand: an open comment, an open template. */
const open = new Set([1010, 1160]);

/** Whether a console may run the text typed so far, or should go on to the next line. */
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

/** Whether the text ends with `function f()`, so that its body comes next. */
function lacksBody(file: ts.SourceFile): boolean {
  const last = file.statements.at(-1);
  return (
    last !== undefined &&
    ts.isFunctionDeclaration(last) &&
    !last.body &&
    file.text.trimEnd().endsWith(")")
  );
}

/** The last line's indent, with two spaces more if that line opens a bracket. */
function nextIndent(source: string): string {
  const line = source.trimEnd().split("\n").at(-1) ?? "";
  const indent = /^\s*/.exec(line)![0];
  return /[{([]\s*(\/\/.*)?$|=>\s*$/.test(line) ? `${indent}  ` : indent;
}

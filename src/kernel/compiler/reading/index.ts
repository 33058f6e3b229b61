import type ts from "typescript";
import type { Insertion } from "../types.js";
import { type Command, takeCommands } from "./commands.js";
import { insert, literalInsertion } from "./literal.js";
import { parse } from "./parse.js";

export { type Command, unknownCommand } from "./commands.js";
export { commandMistake, statementAfter, type TypeChecks } from "./mistakes.js";
export { moduleCellName } from "./moduleCell.js";
export { strictOnly, syntaxErrors } from "./parse.js";

/** A cell as the compiler reads it. */
export interface Reading {
  /** The TypeScript in the cell, parsed: without commands, and with the insertion. */
  file: ts.SourceFile;
  commands: Command[];
  insertion: Insertion | undefined;
}

/**
 * Reads a cell: takes the commands out, and makes an object literal at its end a value.
 *
 * @param fileName the extension says the language
 * @param isKnown whether a name is a variable of an earlier cell
 */
export function readCell(
  source: string,
  fileName: string,
  isKnown: (name: string) => boolean,
): Reading {
  const { text, commands } = takeCommands(source, isKnown);
  const file = parse(text, fileName);
  const insertion = literalInsertion(file, commands);
  if (!insertion) return { file, commands, insertion };
  return { file: parse(insert(text, insertion), fileName), commands, insertion };
}

/** The offset in the source of an offset in the text that is compiled. */
export function sourceOffset(offset: number, insertion: Insertion | undefined): number {
  if (!insertion || offset <= insertion.offset) return offset;
  return Math.max(insertion.offset, offset - insertion.text.length);
}

import ts from "typescript";
import type { Insertion } from "../types.js";
import type { Command } from "./commands.js";
import { parse, syntaxErrors } from "./parse.js";

/**
 * The insertion that makes an object literal at a cell's end a value: `{ loss: 0.5, epoch: 3 }`, which
 * JavaScript reads as a block. `export default` before the brace says that an expression follows. It stands at the end of the
 * statement or command before, or else at the cell's start, so that lines and mostly columns stay as they
 * are.
 *
 * @returns undefined if the cell doesn't end in an object literal
 */
export function literalInsertion(
  file: ts.SourceFile,
  commands: readonly Command[],
): Insertion | undefined {
  const block = lastBlock(file);
  if (!block) return undefined;
  const rest = file.text.slice(block.getStart(file));
  const alone = parse(`0,${rest}`, file.fileName);
  if (syntaxErrors(alone).length > 0) return undefined;
  const statements = alone.statements.filter((statement) => !ts.isEmptyStatement(statement));
  if (statements.length !== 1 || !ts.isExpressionStatement(statements[0]!)) return undefined;
  const before = file.statements[file.statements.indexOf(block) - 1]?.end ?? 0;
  const ends = commands.map(({ end }) => end).filter((end) => end <= block.getStart(file));
  const offset = Math.max(before, ...ends);
  return { offset, text: before === 0 ? "export default " : ";export default " };
}

/** The block at a cell's end, or the block in which its first syntax error stands. */
function lastBlock(file: ts.SourceFile): ts.Statement | undefined {
  const [error] = syntaxErrors(file);
  const last = file.statements.findLast(
    (statement) => !ts.isEmptyStatement(statement) && (!error || statement.pos <= error.start),
  );
  return last && ts.isBlock(last) ? last : undefined;
}

/** The text with the insertion. */
export function insert(source: string, { offset, text }: Insertion): string {
  return source.slice(0, offset) + text + source.slice(offset);
}

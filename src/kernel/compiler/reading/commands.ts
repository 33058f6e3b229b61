import ts from "typescript";
import { type CommandName, commandNames, isCommandName } from "../../commandNames.js";

/** A line of a cell that is an order to the kernel, e.g. `%cd data`. */
export interface Command {
  name: CommandName;
  /** The rest of the line. */
  argument: string;
  /** Where the command begins and ends in the text that is compiled. */
  offset: number;
  end: number;
}

const { SyntaxKind } = ts;
const opening = new Set([
  SyntaxKind.OpenBraceToken,
  SyntaxKind.OpenParenToken,
  SyntaxKind.OpenBracketToken,
]);
const closing = new Set([
  SyntaxKind.CloseBraceToken,
  SyntaxKind.CloseParenToken,
  SyntaxKind.CloseBracketToken,
]);

/** The orders that stand before code, which stays in the cell. */
const beforeCode = /^%%?(timeit|time)\b[ \t]*/;
const order = /^%([a-z]+)(?=\s|$)[ \t]*([^\n]*)/;
const shell = /^!(?=\.\/|([\p{ID_Start}$_][\p{ID_Continue}$]*))([^\n]*)/u;

/**
 * Takes the commands out of a cell: the text has spaces in their place, so that every offset stays.
 *
 * A command stands at the start of a line on which a statement may begin, outside of brackets, comments and
 * templates. `!name` is JavaScript if the name is known, and a shell command if not.
 *
 * @param isKnown whether a name is a variable of an earlier cell
 */
export function takeCommands(
  source: string,
  isKnown: (name: string) => boolean,
): { text: string; commands: Command[] } {
  const commands: Command[] = [];
  if (!/^[ \t]*[%!]/m.test(source)) return { text: source, commands };
  let text = source;
  for (const offset of statementLines(source, (at) => lengthAt(source, at, isKnown))) {
    const found = commandAt(source, offset, isKnown)!;
    commands.push({ ...found.command, offset, end: offset + found.length });
    text = text.slice(0, offset) + " ".repeat(found.length) + text.slice(offset + found.length);
  }
  return { text, commands };
}

function lengthAt(source: string, offset: number, isKnown: (name: string) => boolean): number {
  return commandAt(source, offset, isKnown)?.length ?? 0;
}

/** The command at `offset`, and how many characters it takes. */
function commandAt(
  source: string,
  offset: number,
  isKnown: (name: string) => boolean,
): { command: Pick<Command, "name" | "argument">; length: number } | undefined {
  const rest = source.slice(offset);
  const timed = beforeCode.exec(rest);
  if (timed) {
    const name = timed[1] as "time" | "timeit";
    return { command: { name, argument: "" }, length: timed[0].length };
  }
  const ordered = order.exec(rest);
  if (ordered && isCommandName(ordered[1]!)) {
    const [whole, name, argument] = ordered as unknown as [string, CommandName, string];
    return { command: { name, argument: argument.trim() }, length: whole.length };
  }
  const shelled = shell.exec(rest);
  if (!shelled) return undefined;
  const [whole, name, line] = shelled as unknown as [string, string | undefined, string];
  if (name !== undefined && means(name, source, isKnown)) return undefined;
  return { command: { name: "shell", argument: line.trim() }, length: whole.length };
}

/** Whether JavaScript knows the name: as a keyword, a global, or a variable of this cell or an earlier one. */
function means(name: string, source: string, isKnown: (name: string) => boolean): boolean {
  if (ts.identifierToKeywordKind(ts.factory.createIdentifier(name)) !== undefined) return true;
  if (isKnown(name) || name in globalThis) return true;
  const declared = `\\b(const|let|var|function|class|enum|import)\\b[^;=()]*(?<![\\w$.])${name.replaceAll("$", "\\$")}(?![\\w$])`;
  return new RegExp(declared, "u").test(source);
}

/**
 * The offsets of the lines that begin with a command and on which a statement may begin.
 *
 * @param length how many characters the command at an offset takes, 0 if there is none
 */
function* statementLines(source: string, length: (offset: number) => number): Iterable<number> {
  const scanner = ts.createScanner(
    ts.ScriptTarget.ES2024,
    true,
    ts.LanguageVariant.Standard,
    source,
  );
  /** The brackets and templates that are open. */
  const open: ("bracket" | "template")[] = [];
  let before: ts.SyntaxKind | undefined;
  for (;;) {
    let token = scanner.scan();
    const start = scanner.getTokenStart();
    const atLine = before === undefined || scanner.hasPrecedingLineBreak();
    if (atLine && open.length === 0 && mayEnd(before)) {
      const taken = length(start);
      if (taken > 0) {
        yield start;
        scanner.resetTokenState(start + taken);
        before = undefined;
        continue;
      }
    }
    if (token === SyntaxKind.EndOfFileToken) return;
    if (token === SyntaxKind.SlashToken || token === SyntaxKind.SlashEqualsToken) {
      if (!mayEnd(before) || before === undefined) token = scanner.reScanSlashToken();
    } else if (token === SyntaxKind.CloseBraceToken && open.at(-1) === "template") {
      token = scanner.reScanTemplateToken(false);
      if (token === SyntaxKind.TemplateTail) open.pop();
    } else if (token === SyntaxKind.TemplateHead) open.push("template");
    else if (opening.has(token)) open.push("bracket");
    else if (closing.has(token)) open.pop();
    before = token;
  }
}

/** Whether a statement may end with this token. */
function mayEnd(token: ts.SyntaxKind | undefined): boolean {
  if (token === undefined || token === SyntaxKind.SemicolonToken) return true;
  if (token >= SyntaxKind.Identifier || closing.has(token)) return true;
  if (token >= SyntaxKind.FirstKeyword && token <= SyntaxKind.LastKeyword) return true;
  return (
    (token >= SyntaxKind.FirstLiteralToken && token <= SyntaxKind.LastLiteralToken) ||
    token === SyntaxKind.TemplateTail ||
    token === SyntaxKind.PlusPlusToken ||
    token === SyntaxKind.MinusMinusToken
  );
}

/** The message for a line such as `%matplotlib inline`, which no command of the kernel begins. */
export function unknownCommand(source: string, offset: number): string | undefined {
  const line = source.slice(source.lastIndexOf("\n", offset - 1) + 1).split("\n")[0]!;
  const name = /^\s*%%?([A-Za-z_]\w*)/.exec(line)?.[1];
  if (name === undefined) return undefined;
  const known = commandNames.filter((known) => known !== "shell").map((known) => `%${known}`);
  return `unknown command %${name} (the kernel knows ${known.join(", ")} and !command)`;
}

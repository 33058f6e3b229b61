import ts from "typescript";
import type { Draft } from "./draft.js";
import { toCodePoints, toUtf16 } from "./offsets.js";
import { receiverAt } from "./receiver.js";
import type { Completion, CompletionEntry } from "./types.js";

const preferences: ts.GetCompletionsAtPositionOptions = {
  includeCompletionsForModuleExports: false,
  includeCompletionsWithInsertText: false,
  importModuleSpecifierEnding: "minimal",
  includeSymbol: true,
};

/** The most functions whose signature is told: writing one takes up to a millisecond. */
const signatureLimit = 20;

/**
 * Completions at `cursor`, a code point of `source`, from the types.
 *
 * @param options.typed whether the cells are TypeScript; in JavaScript live objects may have more members than the types
 */
export function complete(
  source: string,
  cursor: number,
  draft: Draft,
  { typed }: { typed: boolean },
): Completion {
  const position = toUtf16(source, cursor);
  const offset = position + draft.shift;
  const completions = draft.service.getCompletionsAtPosition(draft.file, offset, preferences);
  const entries = (completions?.entries ?? []).filter(
    ({ kind }) => kind !== ts.ScriptElementKind.warning,
  );
  const inText = entries[0]?.replacementSpan ?? completions?.optionalReplacementSpan;
  const { start, end } = inText
    ? { start: inText.start - draft.shift, end: inText.start + inText.length - draft.shift }
    : wordAround(source, position);
  const cursorStart = toCodePoints(source, start);
  const cursorEnd = toCodePoints(source, end);
  const place = { start: cursorStart, end: cursorEnd };
  const checker = draft.service.getProgram()?.getTypeChecker();
  let signatures = 0;
  const matching = rank(entries, source.slice(start, position)).map((entry): CompletionEntry => {
    const told = { text: entry.name, type: kinds[entry.kind] ?? entry.kind };
    if (checker) told.type = kindOfAlias(entry, checker) ?? told.type;
    const asks = checker && isCalled(told.type) && signatures++ < signatureLimit;
    const signature = asks ? signatureOf(entry, checker) : undefined;
    return { ...told, ...place, ...(signature && { signature }) };
  });
  const receiver = typed && entries.length > 0 ? undefined : receiverAt(offset, draft);
  return {
    matches: matching.map(({ text }) => text),
    cursorStart,
    cursorEnd,
    entries: matching,
    ...(receiver && { receiver }),
  };
}

function isCalled(type: string): boolean {
  return type === "function" || type === "method";
}

/** The parameters and the result of a function, as in `(a: number, b: number): number`. */
function signatureOf({ symbol }: ts.CompletionEntry, checker: ts.TypeChecker): string | undefined {
  if (!symbol) return undefined;
  const meant = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  const type = checker.getTypeOfSymbol(meant);
  const [signature] = checker.getSignaturesOfType(type, ts.SignatureKind.Call);
  return signature && checker.signatureToString(signature);
}

/** The kind of a name that is an import for TypeScript, as every name of an earlier cell is. */
function kindOfAlias({ kind, symbol }: ts.CompletionEntry, checker: ts.TypeChecker) {
  if (kind !== ts.ScriptElementKind.alias || !symbol) return undefined;
  const { flags } = checker.getAliasedSymbol(symbol);
  if (flags & ts.SymbolFlags.Function) return "function";
  if (flags & ts.SymbolFlags.Class) return "class";
  if (flags & ts.SymbolFlags.Variable) return "variable";
  if (flags & ts.SymbolFlags.Enum) return "enum";
  if (flags & ts.SymbolFlags.Interface) return "interface";
  return flags & ts.SymbolFlags.TypeAlias ? "type" : undefined;
}

/**
 * The entries that match the typed text: first those that begin with it, then those that begin with it in
 * any case, then those that contain it.
 */
function rank(entries: readonly ts.CompletionEntry[], typed: string): ts.CompletionEntry[] {
  const lower = typed.toLowerCase();
  const order = ({ name }: ts.CompletionEntry): number => {
    if (name.startsWith(typed)) return 0;
    const lowered = name.toLowerCase();
    if (lowered.startsWith(lower)) return 1;
    return lowered.includes(lower) ? 2 : 3;
  };
  return entries
    .map((entry) => ({ entry, key: order(entry) }))
    .filter(({ key }) => key < 3)
    .sort(
      (a, b) =>
        a.key - b.key ||
        compare(a.entry.sortText, b.entry.sortText) ||
        compare(a.entry.name, b.entry.name),
    )
    .map(({ entry }) => entry);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function wordAround(source: string, position: number): { start: number; end: number } {
  const start =
    position -
    (/[\p{ID_Continue}$\u200c\u200d]*$/u.exec(source.slice(0, position))?.[0].length ?? 0);
  const end =
    position + (/^[\p{ID_Continue}$\u200c\u200d]*/u.exec(source.slice(position))?.[0].length ?? 0);
  return { start, end };
}

/** The kinds of entries by the names for which front ends have icons. */
const kinds: Record<string, string> = {
  [ts.ScriptElementKind.alias]: "module",
  [ts.ScriptElementKind.constElement]: "variable",
  [ts.ScriptElementKind.letElement]: "variable",
  [ts.ScriptElementKind.variableElement]: "variable",
  [ts.ScriptElementKind.localVariableElement]: "variable",
  [ts.ScriptElementKind.parameterElement]: "variable",
  [ts.ScriptElementKind.functionElement]: "function",
  [ts.ScriptElementKind.localFunctionElement]: "function",
  [ts.ScriptElementKind.memberFunctionElement]: "method",
  [ts.ScriptElementKind.memberVariableElement]: "property",
  [ts.ScriptElementKind.memberGetAccessorElement]: "property",
  [ts.ScriptElementKind.memberSetAccessorElement]: "property",
  [ts.ScriptElementKind.classElement]: "class",
  [ts.ScriptElementKind.interfaceElement]: "interface",
  [ts.ScriptElementKind.typeElement]: "type",
  [ts.ScriptElementKind.enumElement]: "enum",
  [ts.ScriptElementKind.enumMemberElement]: "property",
  [ts.ScriptElementKind.moduleElement]: "module",
  [ts.ScriptElementKind.externalModuleName]: "module",
  [ts.ScriptElementKind.scriptElement]: "path",
  [ts.ScriptElementKind.directory]: "path",
  [ts.ScriptElementKind.string]: "string",
};

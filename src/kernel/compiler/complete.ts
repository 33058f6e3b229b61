import ts from "typescript";
import type { Draft } from "./draft.js";
import { toCodePoints, toUtf16 } from "./offsets.js";
import type { Completion } from "./types.js";

const preferences: ts.GetCompletionsAtPositionOptions = {
  includeCompletionsForModuleExports: false,
  includeCompletionsWithInsertText: false,
  importModuleSpecifierEnding: "minimal",
};

/** Completions at `cursor`, a code point of `source`, from the types. */
export function complete(source: string, cursor: number, draft: Draft): Completion {
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
  const typed = source.slice(start, position);
  const matching = rank(entries, typed);

  const cursorStart = toCodePoints(source, start);
  const cursorEnd = toCodePoints(source, end);
  const types = matching.map(({ name, kind }) => ({
    text: name,
    type: kinds[kind] ?? kind,
    start: cursorStart,
    end: cursorEnd,
  }));
  return {
    matches: matching.map(({ name }) => name),
    cursorStart,
    cursorEnd,
    metadata: { _jupyter_types_experimental: types },
  };
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

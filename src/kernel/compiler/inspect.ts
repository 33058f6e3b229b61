import ts from "typescript";
import { clean } from "./diagnostics.js";
import type { Draft } from "./draft.js";
import { toUtf16 } from "./offsets.js";
import type { Inspection } from "./types.js";

interface Description {
  signature: string;
  documentation: string;
  tags: ts.JSDocTagInfo[];
}

/** What stands at `cursor`, a code point of `source`: its signature and its documentation. */
export function inspect(source: string, cursor: number, draft: Draft): Inspection {
  const position = toUtf16(source, cursor);
  const isWord = (at: number) =>
    at >= 0 && at < source.length && /[\w$\u0080-\uffff]/.test(source[at]!);
  // The cursor mostly stands right behind a name.
  const at = !isWord(position) && isWord(position - 1) ? position - 1 : position;
  const found = quickInfo(at, draft) ?? enclosingCall(position, draft);
  return found ? { found: true, data: format(found) } : { found: false, data: {} };
}

function quickInfo(position: number, { service, file, shift }: Draft): Description | undefined {
  const info = service.getQuickInfoAtPosition(file, position + shift);
  if (!info || info.kind === ts.ScriptElementKind.unknown || info.textSpan.start < shift)
    return undefined;
  return {
    signature: plain(info.displayParts),
    documentation: text(info.documentation),
    tags: info.tags ?? [],
  };
}

/** Inside the parentheses of a call: the function that is called. */
function enclosingCall(position: number, { service, file, shift }: Draft): Description | undefined {
  const help = service.getSignatureHelpItems(file, position + shift, undefined);
  const item = help?.items[help.selectedItemIndex];
  if (!item) return undefined;
  const parameters = item.parameters.map(({ displayParts }) => text(displayParts));
  const signature =
    text(item.prefixDisplayParts) +
    parameters.join(text(item.separatorDisplayParts)) +
    text(item.suffixDisplayParts);
  return { signature: clean(signature), documentation: text(item.documentation), tags: item.tags };
}

/** A name of an earlier cell is an import for TypeScript, but not for the reader. */
function plain(parts: ts.SymbolDisplayPart[] | undefined): string {
  return clean(text(parts))
    .replace(/^\(alias\) /, "")
    .replace(/\nimport [\w$]+$/, "");
}

function text(parts: ts.SymbolDisplayPart[] | undefined): string {
  return ts.displayPartsToString(parts);
}

function format({ signature, documentation, tags }: Description): Record<string, string> {
  const tagLines = tags.map((tag) => ({ name: tag.name, text: text(tag.text) }));
  const plainTags = tagLines.map(({ name, text }) => `@${name} ${text}`.trimEnd());
  const markdownTags = tagLines.map(({ name, text }) => `*@${name}* ${text}`.trimEnd());
  const join = (...parts: string[]) => parts.filter((part) => part !== "").join("\n\n");
  return {
    "text/plain": join(signature, documentation, plainTags.join("\n")),
    "text/markdown": join(
      `\`\`\`typescript\n${signature}\n\`\`\``,
      documentation,
      markdownTags.join("\n\n"),
    ),
  };
}

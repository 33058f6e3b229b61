import ts from "typescript";
import { clean } from "./diagnostics.js";
import { type Documentation, formatDocumentation } from "./documentation.js";
import type { Draft } from "./draft.js";
import { toUtf16 } from "./offsets.js";
import type { Inspection } from "./types.js";

interface Description {
  signature: string;
  documentation: Documentation;
}

/** The signature and the documentation of the name at `cursor`, a code point of `source`. */
export function inspect(source: string, cursor: number, draft: Draft): Inspection {
  const position = toUtf16(source, cursor);
  const isWord = (at: number) =>
    at >= 0 && at < source.length && /[\w$\u0080-\uffff]/.test(source[at]!);
  // The cursor mostly stands directly after a name.
  const target = !isWord(position) && isWord(position - 1) ? position - 1 : position;
  const description = quickInfo(target, draft) ?? enclosingCall(position, draft);
  return description ? { found: true, data: format(description) } : { found: false, data: {} };
}

function quickInfo(position: number, { service, file, shift }: Draft): Description | undefined {
  const info = service.getQuickInfoAtPosition(file, position + shift);
  if (!info || info.kind === ts.ScriptElementKind.unknown || info.textSpan.start < shift)
    return undefined;
  const documentation = formatDocumentation(info.documentation, info.tags ?? []);
  return { signature: plain(info.displayParts), documentation };
}

/** The function that is called, if the cursor stands inside the parentheses of a call. */
function enclosingCall(position: number, { service, file, shift }: Draft): Description | undefined {
  const help = service.getSignatureHelpItems(file, position + shift, undefined);
  const item = help?.items[help.selectedItemIndex];
  if (!item) return undefined;
  const parameters = item.parameters.map(({ displayParts }) => text(displayParts));
  const signature =
    text(item.prefixDisplayParts) +
    parameters.join(text(item.separatorDisplayParts)) +
    text(item.suffixDisplayParts);
  const documentation = formatDocumentation(item.documentation, item.tags);
  return { signature: clean(signature), documentation };
}

/**
 * A signature without the words "alias" and "import": a name of an earlier cell is an import for
 * TypeScript, but not for the reader.
 */
function plain(parts: ts.SymbolDisplayPart[] | undefined): string {
  return clean(text(parts))
    .replace(/^\(alias\) /, "")
    .replace(/\nimport [\w$]+$/, "");
}

function text(parts: ts.SymbolDisplayPart[] | undefined): string {
  return ts.displayPartsToString(parts);
}

function format({ signature, documentation }: Description): Record<string, string> {
  const join = (...parts: string[]) => parts.filter((part) => part !== "").join("\n\n");
  return {
    "text/plain": join(signature, documentation.plain),
    "text/markdown": join(`\`\`\`typescript\n${signature}\n\`\`\``, documentation.markdown),
  };
}

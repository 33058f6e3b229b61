import type ts from "typescript";

/** The content of a documentation comment, in a front end's forms. */
export interface Documentation {
  plain: string;
  markdown: string;
}

/** Tags whose texts are said under a heading of their own; all other tags keep their name. */
const headings: Record<string, string> = {
  param: "Parameters",
  template: "Type parameters",
  property: "Properties",
  prop: "Properties",
  returns: "Returns",
  return: "Returns",
  throws: "Throws",
  exception: "Throws",
  example: "Example",
  deprecated: "Deprecated",
  see: "See",
  since: "Since",
  remarks: "Remarks",
  default: "Default",
  defaultValue: "Default",
};
const lists = new Set(["Parameters", "Type parameters", "Properties"]);
/** Tags that say nothing to a reader. */
const silent = new Set(["internal", "public", "private", "hidden", "ignore", "doc", "docs"]);

/**
 * Writes a documentation comment as prose and code: links by their names, parameters as a list, examples as
 * code.
 */
export function formatDocumentation(
  documentation: readonly ts.SymbolDisplayPart[] | undefined,
  tags: readonly ts.JSDocTagInfo[],
): Documentation {
  const words = prose(documentation).trim();
  const plain = [words];
  const markdown = [words];
  for (const [heading, texts] of sections(tags)) {
    if (heading === "Example") {
      for (const example of texts) {
        markdown.push(`**Example**\n\n${fenced(example)}`);
        plain.push(`Example:\n${indented(unfenced(example))}`);
      }
    } else if (lists.has(heading)) {
      const items = texts.map(item);
      markdown.push(
        `**${heading}**\n\n${items.map(([name, text]) => `- \`${name}\`${text && ` – ${text}`}`).join("\n")}`,
      );
      plain.push(
        `${heading}:\n${items.map(([name, text]) => `  ${name}${text && `: ${text}`}`).join("\n")}`,
      );
    } else {
      const text = texts.filter((text) => text !== "").join("\n\n");
      markdown.push(text ? `**${heading}** ${text}` : `**${heading}**`);
      plain.push(text ? `${heading}: ${text}` : heading);
    }
  }
  const join = (parts: string[]) => parts.filter((part) => part !== "").join("\n\n");
  return { plain: join(plain), markdown: join(markdown) };
}

/** The texts of the tags by heading, in the order of the comment. */
function sections(tags: readonly ts.JSDocTagInfo[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { name, text } of tags) {
    if (silent.has(name)) continue;
    const heading = headings[name] ?? name;
    found.set(heading, [...(found.get(heading) ?? []), prose(text).trim()]);
  }
  return found;
}

/** A parameter's name and its description. */
function item(text: string): [name: string, text: string] {
  const [, name = text, rest = ""] = /^(\S+)\s*(?:[-–—]\s*)?([\s\S]*)$/.exec(text) ?? [];
  return [name, rest.replace(/\s*\n\s*/g, " ")];
}

/** The words of a comment; a link `{@link scale the scale}` is its text, or its name as code. */
function prose(parts: readonly ts.SymbolDisplayPart[] | undefined): string {
  let text = "";
  for (const { text: part, kind } of parts ?? []) text += kind === "linkText" ? `|${part}` : part;
  return text.replace(
    /\{@(?:link|linkcode|linkplain)\s+([^}\s|]+)[\s|]*([^}]*)\}/g,
    (_, name, words) =>
      words.trim() ? words.trim() : `\`${name.replace(/^import\("[^"]*"\)\./, "")}\``,
  );
}

function fenced(example: string): string {
  return example.includes("```") ? example : `\`\`\`typescript\n${example}\n\`\`\``;
}

function unfenced(example: string): string {
  return example.replace(/^```.*\n?/gm, "").trimEnd();
}

function indented(text: string): string {
  return text.replace(/^(?=.)/gm, "  ");
}

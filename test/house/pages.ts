import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../", import.meta.url));

/** A text in Markdown: a page, or the text of a notebook. */
export interface Page {
  /** Its path from the repository's root. */
  path: string;
  text: string;
}

const markdownIn = (folder: string) =>
  readdirSync(root + folder)
    .filter((name) => name.endsWith(".md"))
    .map((name) => folder + name);

const notebooksIn = (folder: string) =>
  readdirSync(root + folder)
    .filter((name) => name.endsWith(".ipynb"))
    .map((name) => folder + name);

/** Every page and every notebook that readers see. */
export function pages(): Page[] {
  const files = [...["", "docs/", "data/"].flatMap(markdownIn)];
  const notebooks = ["notebooks/", "notebooks/solutions/"].flatMap(notebooksIn);
  return [
    ...files.map((path) => ({ path, text: readFileSync(root + path, "utf8") })),
    ...notebooks.map((path) => ({ path, text: proseOf(readFileSync(root + path, "utf8")) })),
  ];
}

function proseOf(notebook: string): string {
  const { cells } = JSON.parse(notebook) as { cells: { cell_type: string; source: string[] }[] };
  return cells
    .filter(({ cell_type }) => cell_type === "markdown")
    .map(({ source }) => source.join(""))
    .join("\n\n");
}

/** The text without blocks and spans of code. */
export function withoutCode(text: string): string {
  return text.replace(/^ *```[\s\S]*?^ *```$/gm, "").replace(/`[^`\n]+`/g, "`code`");
}

import { tabStore } from "../../storage/index.js";

/** @internal A page has no version of its own. */
export const version = "";

/** @internal The name under which the browser keeps the solved exercises. */
export function storePath(): string | undefined {
  return "progress.jsonl";
}

// The texts of earlier visits are there before the first cell asks for them.
tabStore();

/** @internal The lines that the browser keeps; empty if there are none. */
export function readStore(path: string): string {
  return tabStore().read(path);
}

/** @internal Appends a line; other tabs' lines stay. */
export function appendStore(path: string, line: string): void {
  tabStore().change(
    path,
    (text) => `${text}${text === "" || text.endsWith("\n") ? "" : "\n"}${line}\n`,
  );
}

/** @internal The solved exercises as a file to take along: Node's kernel goes on from it. */
export function fileToTake(path: string): { name: string; text: string } | undefined {
  const text = readStore(path);
  return text === "" ? undefined : { name: path, text };
}

/** @internal Keeps the text under a name with the date, and another text in its place. */
export function setAside(path: string, text: string, date: Date): string {
  const aside = `${path}.broken-${date.toISOString().slice(0, 19)}`;
  const before = readStore(path);
  tabStore().change(aside, () => before);
  tabStore().change(path, () => text);
  return aside;
}

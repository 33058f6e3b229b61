import { checkFile } from "../export/index.js";
import { tabStore } from "../storage/index.js";

const nameOf = (file: string) =>
  `study ${checkFile({ file, overwrite: true, example: "study.json" })}`;

/** @internal Settles when the browser's storage is there. */
export const opened = tabStore().opened;

/** @internal A study's text in the browser's storage; undefined if there is none. */
export function readText(file: string): string | undefined {
  return tabStore().read(nameOf(file)) || undefined;
}

/** @internal Keeps a study's text in the browser's storage. */
export function writeText(file: string, text: string): void {
  tabStore().change(nameOf(file), () => text);
}

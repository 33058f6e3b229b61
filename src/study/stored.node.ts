import { existsSync, readFileSync } from "node:fs";
import { checkFile, writeWholeFile } from "../export/index.js";

const example = "study.json";

/** @internal Files need no opening. */
export const opened = Promise.resolve();

/** @internal A file's text; undefined if there is no such file. @throws TypeError if `file` isn't a path */
export function readText(file: string): string | undefined {
  const path = checkFile({ file, overwrite: true, example });
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}

/** @internal Writes a file as a whole. */
export function writeText(file: string, text: string): void {
  const path = checkFile({ file, overwrite: true, example });
  writeWholeFile(path, new TextEncoder().encode(text), "q.study");
}

import { existsSync, readFileSync } from "node:fs";

/** @internal A file's text; undefined if there is no such file. */
export function readText(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}

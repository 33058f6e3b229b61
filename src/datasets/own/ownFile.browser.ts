import type { OwnFile } from "./ownFile.node.js";

/** @throws Error always: a page can't read files by their paths */
export function readOwnFile(path: string): OwnFile {
  throw new Error(
    `cannot read ${path}: a browser has no files with paths (fetch or upload the file, and give its columns as arrays or as a DataFrame)`,
  );
}

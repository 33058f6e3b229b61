import type { FolderTarget } from "./folderTarget.js";

/** @throws Error if the function is called */
export function checkFolder(_target: FolderTarget): string {
  throw new Error(
    "exports into folders need a file system, which a browser doesn't have (run the notebook in Node: npx qatlab start)",
  );
}

/** @throws Error if the function is called */
export function writeWholeFolder(
  _target: string,
  owner: string,
  _write: (draft: string) => void,
): number {
  throw new Error(
    `${owner} needs folders, which a browser doesn't have (run the notebook in Node: npx qatlab start)`,
  );
}

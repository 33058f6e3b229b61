import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkFolder, writeWholeFolder } from "#door/export/files/folder";

/**
 * @internal
 * The folder's absolute path.
 *
 * @param mark a text that every source file of an earlier export has
 * @throws TypeError if `folder` isn't a path; Error if the folder has content that may not be replaced
 */
export function checkTarget(folder: string, overwrite: boolean, mark: string): string {
  const isOurs = (names: readonly string[]) => {
    const [source, ...others] = names.filter((name) => name !== "main.c" && name.endsWith(".c"));
    if (source === undefined || others.length > 0 || names.length !== 3) return false;
    if (!names.includes("main.c") || !names.includes(source.replace(/c$/, "h"))) return false;
    return readFileSync(join(folder, source), "utf8").includes(mark);
  };
  const content = "a model in C of an earlier export";
  return checkFolder({ folder, overwrite, content, isOurs, example: "exported/digits-c" });
}

/**
 * @internal
 * Writes the files of a model into a folder.
 *
 * @throws Error if a file can't be written (the message names the folder and the reason)
 */
export function writeFiles(target: string, files: ReadonlyMap<string, string>): void {
  writeWholeFolder(target, "q.export.c", (draft) => {
    for (const [name, text] of files) writeFileSync(join(draft, name), text);
  });
}

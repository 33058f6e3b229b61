import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkFolder, writeWholeFolder } from "#door/export/files/folder";
import { type NamedVariable, writeCheckpoint } from "./checkpoint.js";

/**
 * @internal
 * The folder's absolute path.
 *
 * @throws TypeError if `folder` isn't a path; Error if the folder has content that may not be replaced
 */
export function checkTarget(folder: string, overwrite: boolean): string {
  return checkFolder({
    folder,
    overwrite,
    content: "a SavedModel",
    isOurs: (names) => names.includes("saved_model.pb"),
    example: "exported/digits",
  });
}

/**
 * @internal
 * Writes a SavedModel into a folder.
 *
 * @param file the serialized graph, and the variables of the checkpoint
 * @returns the size of all files, in bytes
 * @throws Error if a file can't be written (the message names the folder and the reason)
 */
export function writeModel(
  target: string,
  { bytes, variables }: { bytes: Uint8Array; variables: NamedVariable[] },
): number {
  return writeWholeFolder(target, "q.export.savedModel", (draft) => {
    writeFileSync(join(draft, "saved_model.pb"), bytes);
    mkdirSync(join(draft, "variables"));
    if (variables.length > 0) writeCheckpoint(draft, variables);
  });
}

import { existsSync, mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { complaint } from "../../arguments/index.js";
import type { Target } from "./target.js";

/**
 * @internal
 * Checks that a file may be written, before anything is computed.
 *
 * @returns the absolute path
 * @throws TypeError if `file` isn't a path; Error if its folder doesn't exist, or if the file exists and may not be
 *   replaced
 */
export function checkFile({ file, overwrite, example }: Target): string {
  if (typeof file !== "string" || file === "" || /^[a-z]{2,}:\/\//i.test(file)) {
    const value = file === "" ? '""' : file;
    const expected = "the path of a file";
    throw new TypeError(complaint({ name: "file", value, expected, example: `"${example}"` }));
  }
  const path = resolve(file);
  const folder = dirname(path);
  if (!existsSync(folder)) {
    throw new Error(`folder ${folder} doesn't exist (make it first, or choose another path)`);
  }
  if (!statSync(folder).isDirectory()) {
    throw new Error(`invalid file: ${path} (expected a path in a folder; ${folder} is a file)`);
  }
  if (!existsSync(path)) return path;
  if (statSync(path).isDirectory()) {
    throw new Error(`invalid file: ${path} is a folder (choose a path in it, as in "${example}")`);
  }
  if (!overwrite) {
    throw new Error(
      `file ${path} exists (choose another path, or replace the file with { overwrite: true })`,
    );
  }
  return path;
}

/**
 * @internal
 * Writes a file as a whole: a draft in the same folder takes the file's place when all bytes are in it, or else
 * everything stays as it was.
 *
 * @param path from {@link checkFile}
 * @param owner the function as a user calls it
 * @throws Error if the file can't be written (the message names the file and the reason)
 */
export function writeWholeFile(path: string, bytes: Uint8Array, owner: string): void {
  let draft: string | undefined;
  try {
    draft = mkdtempSync(join(dirname(path), ".qatlab-"));
    const content = join(draft, basename(path));
    writeFileSync(content, bytes);
    renameSync(content, path);
  } catch (cause) {
    const reason = (cause as Error).message.split("\n")[0];
    throw new Error(
      `${owner} couldn't write ${path}: ${reason} (nothing was changed there; check that the folder may be written to and has space)`,
      { cause },
    );
  } finally {
    if (draft) rmSync(draft, { recursive: true, force: true });
  }
}

import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import type { FolderTarget } from "./folderTarget.js";

/**
 * @internal
 * The folder's absolute path.
 *
 * @throws TypeError if `folder` isn't a path; Error if the folder has content that may not be replaced
 */
export function checkFolder({ folder, overwrite, content, isOurs, example }: FolderTarget): string {
  if (typeof folder !== "string" || folder === "" || /^[a-z]{2,}:\/\//i.test(folder)) {
    throw new TypeError(
      `invalid folder: ${String(folder) || '""'} (expected the path of a folder, as in "${example}")`,
    );
  }
  const target = resolve(folder);
  if (!existsSync(target)) return target;
  if (!statSync(target).isDirectory()) {
    throw new Error(`invalid folder: ${target} is a file (choose another path, or remove it)`);
  }
  const names = readdirSync(target);
  if (names.length === 0) return target;
  if (!overwrite) {
    throw new Error(
      `folder ${target} isn't empty (choose another folder, or replace a model that was exported there with { overwrite: true })`,
    );
  }
  if (!isOurs(names)) {
    throw new Error(
      `folder ${target} holds files that aren't ${content}, which overwrite doesn't replace (choose another folder, or empty this one yourself)`,
    );
  }
  return target;
}

/**
 * @internal
 * Fills a folder as a whole: the content that `write` leaves in a draft beside the folder takes the folder's
 * place, or the folder stays as it was.
 *
 * @param target from {@link checkFolder}
 * @param owner the function as a user calls it
 * @returns the size of all files, in bytes
 * @throws Error if a file can't be written (the message names the folder and the reason)
 */
export function writeWholeFolder(
  target: string,
  owner: string,
  write: (draft: string) => void,
): number {
  let draft: string | undefined;
  try {
    mkdirSync(dirname(target), { recursive: true });
    draft = mkdtempSync(join(dirname(target), `.${basename(target)}-`));
    const content = join(draft, "new");
    // Only the owner may read the folder that mkdtemp makes.
    mkdirSync(content);
    write(content);
    if (existsSync(target)) renameSync(target, join(draft, "old"));
    try {
      renameSync(content, target);
    } catch (error) {
      if (existsSync(join(draft, "old"))) renameSync(join(draft, "old"), target);
      throw error;
    }
  } catch (cause) {
    const reason = (cause as Error).message.split("\n")[0];
    throw new Error(
      `${owner} couldn't write ${target}: ${reason} (nothing was changed there; check that its folder may be written to and has space)`,
      { cause },
    );
  } finally {
    if (draft) rmSync(draft, { recursive: true, force: true });
  }
  return sizeOfFiles(target);
}

function sizeOfFiles(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
}

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

/**
 * @internal
 * The folder's absolute path.
 *
 * @throws TypeError for what isn't a path; Error for a folder with content that may not be replaced
 */
export function checkTarget(folder: string, overwrite: boolean): string {
  if (typeof folder !== "string" || folder === "" || /^[a-z]{2,}:\/\//i.test(folder)) {
    throw new TypeError(
      `invalid folder: ${String(folder) || '""'} (expected the path of a folder, as in "exported/digits")`,
    );
  }
  const target = resolve(folder);
  if (!existsSync(target)) return target;
  if (!statSync(target).isDirectory()) {
    throw new Error(`invalid folder: ${target} is a file (choose another path, or remove it)`);
  }
  const content = readdirSync(target);
  if (content.length === 0) return target;
  if (!overwrite) {
    throw new Error(
      `folder ${target} isn't empty (choose another one, or replace a model that was exported there with { overwrite: true })`,
    );
  }
  if (!content.includes("saved_model.pb")) {
    throw new Error(
      `folder ${target} has other things than a SavedModel, which overwrite doesn't replace (choose another one, or empty it yourself)`,
    );
  }
  return target;
}

/**
 * @internal
 * Fills a folder as a whole: what `write` leaves in a draft beside it takes its place, or nothing does.
 *
 * @throws Error that says what couldn't be written, and why
 */
export function writeWhole(target: string, write: (draft: string) => void): void {
  let draft: string | undefined;
  try {
    mkdirSync(dirname(target), { recursive: true });
    draft = mkdtempSync(join(dirname(target), `.${basename(target)}-`));
    const content = join(draft, "new");
    // mkdtemp's own folder is for its owner alone.
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
      `q.export.savedModel couldn't write ${target}: ${reason} (nothing was changed there; check that its folder may be written to and has space)`,
      { cause },
    );
  } finally {
    if (draft) rmSync(draft, { recursive: true, force: true });
  }
}

import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { SetupError } from "./error.mjs";
import { hashTree, readJson, writeJson } from "./stamp.mjs";

/** @typedef {import("./context.mjs").Context} Context */

/**
 * The reader's own copies of the lessons lie in this folder of the clone, which git ignores: running a lesson leaves
 * the clone clean, and `git pull` never meets a reader's changes.
 */
export const courseFolder = "my-course";

/** @param {Context} context */
const originals = ({ root }) => join(root, "notebooks");
/** @param {Context} context */
const copies = ({ root }) => join(root, courseFolder);

/**
 * The digests of the originals when they were copied; a copy with another digest was changed.
 *
 * @param {Context} context
 */
const recordFile = ({ state }) => join(state, "course.json");

/**
 * Provides a copy of each lesson. A copy that the reader hasn't changed follows its original, also when that is
 * removed; a changed one stays as it is.
 *
 * @param {Context} context
 * @returns {{ newer: string[] }} The changed copies whose originals have changed as well.
 */
export function provideCourse(context) {
  const now = hashTree(originals(context));
  const own = hashTree(copies(context));
  /** @type {Record<string, string>} */
  const copied = readJson(recordFile(context)) ?? {};
  const newer = [];
  for (const [file, digest] of Object.entries(now)) {
    if (own[file] === digest) copied[file] = digest;
    else if (own[file] === undefined || own[file] === copied[file]) {
      copy(context, file);
      copied[file] = digest;
    } else if (copied[file] !== digest) newer.push(file);
  }
  for (const file of Object.keys(copied)) {
    if (now[file] !== undefined) continue;
    if (own[file] === copied[file]) rmSync(join(copies(context), file), { force: true });
    delete copied[file];
  }
  writeJson(recordFile(context), copied);
  return { newer };
}

/**
 * Gives lessons back as they were, with their solutions. A changed copy is kept beside, under a name with the date.
 *
 * @param {Context} context
 * @param {string[]} lessons Numbers, or names of files; none stands for all.
 * @param {Date} [date]
 * @returns {{ file: string, kept: string | undefined }[]} The lessons' files, and the names of the changed ones.
 * @throws {SetupError} If there is no such lesson.
 */
export function resetCourse(context, lessons, date = new Date()) {
  const now = hashTree(originals(context));
  const named = lessons.length === 0 ? Object.keys(now) : lessons.flatMap((l) => filesOf(l, now));
  const own = hashTree(copies(context));
  const copied = readJson(recordFile(context)) ?? {};
  const files = [...new Set(named)].map((file) => {
    const changed = own[file] !== undefined && own[file] !== now[file];
    // An older edition that nobody has changed isn't worth keeping.
    const kept = changed && own[file] !== copied[file] ? keep(context, file, date) : undefined;
    copy(context, file);
    copied[file] = now[file];
    return { file, kept };
  });
  writeJson(recordFile(context), copied);
  return files;
}

/**
 * The files of a lesson: the notebook and its solutions.
 *
 * @param {string} lesson
 * @param {Record<string, string>} now
 */
function filesOf(lesson, now) {
  const name = basename(lesson);
  const number = /^\d{1,2}$/.test(name) ? `${name.padStart(2, "0")}-` : undefined;
  const files = Object.keys(now).filter((file) =>
    number ? basename(file).startsWith(number) : basename(file) === name,
  );
  if (files.length > 0) return files;
  const all = Object.keys(now).filter((file) => basename(file) === file);
  const numbers = all.map((file) => file.slice(0, 2)).join(", ");
  throw new SetupError(`there is no lesson ${lesson}`, { hint: `Name one of: ${numbers}` });
}

/** @param {Context} context @param {string} file */
function copy(context, file) {
  const target = join(copies(context), file);
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(join(originals(context), file), target);
}

/**
 * Renames a copy to a free name with the date.
 *
 * @param {Context} context
 * @param {string} file
 * @param {Date} date
 */
function keep(context, file, date) {
  const [, stem, ending] = /^(.*?)(\.\w+)?$/.exec(file) ?? [];
  const day = date.toISOString().slice(0, 10);
  for (let n = 1; ; n++) {
    const kept = `${stem}.changed-${day}${n === 1 ? "" : `-${n}`}${ending ?? ""}`;
    if (existsSync(join(copies(context), kept))) continue;
    renameSync(join(copies(context), file), join(copies(context), kept));
    return kept;
  }
}

/**
 * The names of the lessons that can be opened.
 *
 * @param {string} folder
 */
export function notebooksIn(folder) {
  return readdirSync(folder).filter((name) => name.endsWith(".ipynb"));
}

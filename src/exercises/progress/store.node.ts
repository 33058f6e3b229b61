import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";

/** @internal The version of this package, which is that of the course. */
export const version: string = createRequire(import.meta.url)("../../../package.json").version;

/**
 * @internal
 * The file that keeps the solved exercises: `QATLAB_PROGRESS`, or else a file in the platform's folder of the user's
 * data. `QATLAB_PROGRESS=off` keeps nothing.
 */
export function storePath(): string | undefined {
  const { QATLAB_PROGRESS, XDG_DATA_HOME, APPDATA } = process.env;
  if (QATLAB_PROGRESS === "off") return undefined;
  if (QATLAB_PROGRESS) return resolve(QATLAB_PROGRESS);
  const folder =
    process.platform === "darwin"
      ? join(homedir(), "Library", "Application Support")
      : process.platform === "win32" && APPDATA
        ? APPDATA
        : XDG_DATA_HOME || join(homedir(), ".local", "share");
  return join(folder, "qatlab", "progress.jsonl");
}

/** @internal The file's text; empty if there is no file. */
export function readStore(path: string): string {
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}

/** @internal Appends a line, in one write, so that kernels which run side by side lose nothing of each other. */
export function appendStore(path: string, line: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const before = readStore(path);
  const begin = before === "" || before.endsWith("\n") ? "" : "\n"; // a line that was cut off stays alone
  appendFileSync(path, `${begin}${line}\n`);
}

/** @internal The file is there already. */
export function fileToTake(_path: string): { name: string; text: string } | undefined {
  return undefined;
}

/**
 * @internal
 * Puts the file aside as it is, under a name with the date, and writes another text in its place.
 *
 * @returns the path of the file put aside
 */
export function setAside(path: string, text: string, date: Date): string {
  const stamp = date.toISOString().slice(0, 19).replaceAll(":", "-");
  const aside = path.replace(/(\.jsonl)?$/, `.broken-${stamp}$1`);
  const draft = `${path}.${process.pid}.part`;
  writeFileSync(draft, text);
  renameSync(path, aside);
  renameSync(draft, path);
  return aside;
}

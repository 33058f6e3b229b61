import { createHash } from "node:crypto";
import {
  createReadStream,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";

/**
 * The hash of a JSON value. A step is skipped while the hash of its inputs equals the hash that was
 * recorded when it last succeeded.
 *
 * @param {unknown} value
 */
export function hashOf(value) {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 32);
}

/**
 * A file's SHA-256 in hexadecimal, read as a stream.
 *
 * @param {string} file
 * @returns {Promise<string>}
 */
export async function sha256(file) {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(chunk);
  return hash.digest("hex");
}

/**
 * The contents of every file below a folder, as `path: hash`; empty when there is no such folder.
 *
 * @param {string} folder
 * @returns {Record<string, string>}
 */
export function hashTree(folder) {
  /** @type {Record<string, string>} */
  const hashes = {};
  for (const file of filesIn(folder)) {
    hashes[file] = createHash("sha256")
      .update(readFileSync(join(folder, file)))
      .digest("hex");
  }
  return hashes;
}

/**
 * The files below a folder, relative to it and sorted; empty when there is no such folder.
 *
 * @param {string} folder
 * @returns {string[]}
 */
export function filesIn(folder) {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
      .sort();
  } catch {
    return [];
  }
}

/**
 * @param {string} file
 * @returns {any} The JSON value, or `undefined` when there is none.
 */
export function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

/**
 * Writes a file whole or not at all: a reader never sees half of it.
 *
 * @param {string} file
 * @param {string | Buffer} contents
 */
export function writeWhole(file, contents) {
  mkdirSync(dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}.tmp`;
  writeFileSync(draft, contents);
  renameSync(draft, file);
}

/**
 * @param {string} file
 * @param {unknown} value
 */
export function writeJson(file, value) {
  writeWhole(file, `${JSON.stringify(value, null, 2)}\n`);
}

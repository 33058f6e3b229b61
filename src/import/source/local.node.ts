import { readFile, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * A file of the machine, by its path or its address that begins with `file:`; for a folder, its `model.json`.
 *
 * @returns the file's absolute path, and its name for messages
 * @throws Error if there is no such file
 */
export async function findLocal(file: string): Promise<{ place: string; name: string }> {
  const path = file.startsWith("file:") ? fileURLToPath(file) : resolve(file);
  const kind = await stat(path).catch(() => undefined);
  if (!kind) {
    throw new Error(
      `missing file: ${path} (expected a model, as in "model.keras" or "folder/model.json")`,
    );
  }
  const place = kind.isDirectory() ? join(path, "model.json") : path;
  return { place, name: basename(place) };
}

/** The path of a file beside another one. */
export function besideLocal(place: string, name: string): string {
  return join(dirname(place), name);
}

/** @throws Error if the file can't be read, or has more than `maxBytes` */
export async function readLocal(place: string, maxBytes: number): Promise<Uint8Array> {
  const kind = await stat(place).catch(() => undefined);
  if (!kind?.isFile()) throw new Error(`missing file: ${place} (expected a file beside the model)`);
  if (kind.size > maxBytes) {
    throw new Error(
      `${place} has ${kind.size} bytes (expected at most ${maxBytes}; allow more by { maxBytes })`,
    );
  }
  return readFile(place);
}

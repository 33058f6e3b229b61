import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The package's `data` folder. */
const packaged = fileURLToPath(new URL("../../data", import.meta.url));

/** How to restore a file of the package that is missing or was changed. */
export const remedy = 'restore it with "git checkout -- data" in a clone, or install qatlab anew';

/**
 * A file of the package's `data` folder, or of `directory`.
 *
 * @returns the file's path, for errors, and its content, which is `undefined` if the file can't be read
 */
export async function readDataFile(
  name: string,
  directory = packaged,
): Promise<{ place: string; content?: Uint8Array }> {
  const place = join(directory, name);
  return { place, content: await readFile(place).catch(() => undefined) };
}

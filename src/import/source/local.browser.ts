import { readerFiles } from "../../storage/index.js";
import { fetchFile } from "./fetchFile.js";

/**
 * A file that the reader dropped onto the notebook, by its name, or one of the page's server, by its path.
 *
 * @returns the file's address, and its name for messages
 * @throws Error if the address begins with `file:`, since a page can't read files
 */
export async function findLocal(file: string): Promise<{ place: string; name: string }> {
  if (file.startsWith("file:")) {
    throw new Error(
      `cannot read ${file} in a browser (give the bytes, as in q.models.load(await file.arrayBuffer()))`,
    );
  }
  const own = readerFiles.get(file);
  if (own) return { place: URL.createObjectURL(own), name: file };
  const { href, pathname } = new URL(file, globalThis.location.href);
  return { place: href, name: pathname.split("/").at(-1)! };
}

/** The address of a file beside another one. */
export function besideLocal(place: string, name: string): string {
  return new URL(name, place).href;
}

/** @throws Error if the file can't be read, or has more than `maxBytes` */
export function readLocal(place: string, maxBytes: number): Promise<Uint8Array> {
  return fetchFile(place, maxBytes);
}

import { statSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { onWebMirror } from "./published.js";

/** @internal The places where a mirror may have a file, in the order in which they are tried. */
export interface Places {
  kind: "folder" | "web";
  /** Paths or addresses. */
  places: string[];
}

/**
 * @internal
 * A mirror has a folder for each data set, or the files of one data set at its top.
 *
 * @param mirror a folder, or a URL that begins with `http:`, `https:` or `file:`; default: the value of the
 *   environment variable `QATLAB_MIRROR`
 * @param path the data set's folder and the file's name
 * @returns `undefined` if there is no mirror
 * @throws Error if the folder doesn't exist
 */
export function onMirror(
  mirror: string | undefined,
  { folder, name }: { folder: string; name: string },
): Places | undefined {
  const address = mirror ?? process.env.QATLAB_MIRROR;
  if (!address) return undefined;
  const from = mirror === undefined ? "QATLAB_MIRROR" : "mirror";
  if (/^https?:\/\//.test(address)) {
    return { kind: "web", places: onWebMirror(address, folder, name) };
  }
  const root = address.startsWith("file:") ? fileURLToPath(address) : resolve(address);
  if (!statSync(root, { throwIfNoEntry: false })?.isDirectory()) {
    throw new Error(
      `invalid ${from}: ${address} (expected a folder that is there, or a URL, as in https://example.org/data)`,
    );
  }
  return { kind: "folder", places: [join(root, folder, name), join(root, name)] };
}

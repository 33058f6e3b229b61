import { statSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** @internal Where a file may be on a mirror, in the order in which it is looked for. */
export interface Places {
  kind: "folder" | "web";
  /** Paths or addresses. */
  places: string[];
}

/**
 * @internal
 * A mirror has a folder for each data set, or the files of one data set at its top.
 *
 * @param mirror a folder, or a URL that begins with `http:`, `https:` or `file:`; default: what the
 *   environment variable `QATLAB_MIRROR` says
 * @param path the data set's folder and the file's name
 * @returns `undefined` where there is no mirror
 * @throws Error for a folder that isn't there
 */
export function onMirror(
  mirror: string | undefined,
  { folder, name }: { folder: string; name: string },
): Places | undefined {
  const wanted = mirror ?? process.env.QATLAB_MIRROR;
  if (!wanted) return undefined;
  const from = mirror === undefined ? "QATLAB_MIRROR" : "mirror";
  if (/^https?:\/\//.test(wanted)) {
    const base = wanted.replace(/\/+$/, "");
    return { kind: "web", places: [`${base}/${folder}/${name}`, `${base}/${name}`] };
  }
  const root = wanted.startsWith("file:") ? fileURLToPath(wanted) : resolve(wanted);
  if (!statSync(root, { throwIfNoEntry: false })?.isDirectory()) {
    throw new Error(
      `invalid ${from}: ${wanted} (expected a folder that is there, or a URL, as in https://example.org/data)`,
    );
  }
  return { kind: "folder", places: [join(root, folder, name), join(root, name)] };
}

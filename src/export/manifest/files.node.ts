import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, readFile, realpath, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import type { ManifestFile } from "./form.js";

/** The most bytes of a manifest that are read. */
const mostBytes = 2 ** 26;

/** @internal The version of this package. */
export const version: string = createRequire(import.meta.url)("../../../package.json").version;

/** @internal The absolute path of a file, and those of its folder and of its manifest. */
export function placeOf(file: string): {
  path: string;
  name: string;
  folder: string;
  manifest: string;
} {
  const path = resolve(file);
  return {
    path,
    name: basename(path),
    folder: dirname(path),
    manifest: `${path}.manifest.json`,
  };
}

/**
 * @internal
 * The sizes and digests of a file, or of all files of a folder in the order of their paths.
 *
 * @throws Error if there is no such file, or if a part of the folder is neither a file nor a folder
 */
export async function digestsOf(path: string, from: string): Promise<ManifestFile[]> {
  const files = await filesIn(path);
  const entries: ManifestFile[] = [];
  for (const file of files) {
    const { size } = await stat(file);
    const name = relative(from, file).split(sep).join("/");
    entries.push({ path: name, bytes: size, sha256: await digestOf(file) });
  }
  return entries;
}

/** @internal The paths of a folder's files, sorted, relative to `from` and with slashes; a file alone is its own list. */
export async function namesIn(path: string, from: string): Promise<string[]> {
  return (await filesIn(path)).map((file) => relative(from, file).split(sep).join("/"));
}

async function filesIn(path: string): Promise<string[]> {
  const about = await stat(path).catch(() => {
    throw new Error(`no such file: ${path}`);
  });
  if (about.isFile()) return [path];
  if (!about.isDirectory()) throw new Error(`neither a file nor a folder: ${path}`);
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const odd = entries.find((entry) => !entry.isFile() && !entry.isDirectory());
  if (odd) throw new Error(`neither a file nor a folder: ${join(odd.parentPath, odd.name)}`);
  const files = entries.filter((entry) => entry.isFile());
  return files.map(({ parentPath, name }) => join(parentPath, name)).sort();
}

/**
 * @internal
 * The size and the digest of a file in a folder. A file of another size isn't read.
 *
 * @param isNamed whether the user named the file, which may then be a link that leads out of the folder
 * @returns a text, the reason, where there is no such file in the folder
 */
export async function digestIn(
  folder: string,
  { path, bytes }: Pick<ManifestFile, "path" | "bytes">,
  isNamed: boolean,
): Promise<{ bytes: number; sha256?: string } | string> {
  const file = join(folder, path);
  const target = await realpath(file).catch(() => undefined);
  if (target === undefined) return "is missing";
  const way = relative(await realpath(folder), target);
  const isInside = way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
  if (!isInside && !isNamed) return "lies outside the folder";
  const about = await stat(target);
  if (!about.isFile()) return "isn't a file";
  if (about.size !== bytes) return { bytes: about.size };
  return { bytes, sha256: await digestOf(target) };
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return hash.digest("hex");
}

/**
 * @internal
 * The text of a manifest.
 *
 * @throws Error if there is none, or if the file is too large for a manifest
 */
export async function readText(path: string): Promise<string> {
  const about = await stat(path).catch(() => undefined);
  if (!about?.isFile()) {
    throw new Error(
      `no manifest: ${path} (q.export.manifest(file, { model }) writes one beside a file)`,
    );
  }
  if (about.size > mostBytes) {
    throw new Error(
      `invalid manifest ${path}: ${about.size} bytes (expected at most ${mostBytes})`,
    );
  }
  return await readFile(path, "utf8");
}

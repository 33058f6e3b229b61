import { mkdir, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { findHost } from "../../display/index.js";
import { cacheFolder } from "./cacheFolder.js";
import { fetchInto, NotFoundError } from "./fetchInto.js";
import { onMirror } from "./mirror.js";
import { takePartial } from "./partial.js";
import { type PublishedFile, unpack } from "./verify.js";

/** Where the loaders of published data sets look, and what they show. */
export interface DownloadOptions {
  /**
   * A copy to be used in the publisher's place: a folder, or a URL beginning with `http:`, `https:` or
   * `file:`, in which each data set has a folder (`mnist`, `fashion-mnist`, `cifar-10`) with the
   * publisher's files. Default: what the environment variable `QATLAB_MIRROR` says; else the publisher.
   */
  mirror?: string;
  /** Whether a bar shows the download. Default true. */
  progress?: boolean;
}

/** @internal Where a data set's files are published. */
export interface Publisher {
  /** The data set's folder in the cache and on mirrors. */
  folder: string;
  /** Addresses that the file's name is put after, in the order in which they are tried. */
  addresses: readonly string[];
}

/**
 * @internal
 * What a published file unpacks to: from the cache, from the mirror, or else from its publisher. A
 * download is kept in the cache, one that was stopped is continued. Only a file with the right checksum
 * is ever used.
 *
 * @throws NotFoundError when the mirror doesn't have the file; Error for one that is corrupt, and for a
 *   publisher that isn't reached, saying what to do; the reason of the cell's signal when it is stopped
 */
export function obtain(
  file: PublishedFile,
  publisher: Publisher,
  options: DownloadOptions = {},
): Promise<Uint8Array> {
  // Two cells that ask for the same file at the same time share a download.
  const key = join(cacheFolder(), publisher.folder, file.name);
  const running = underWay.get(key) ?? find(file, publisher, options);
  underWay.set(key, running);
  return running.finally(() => underWay.delete(key));
}

const underWay = new Map<string, Promise<Uint8Array>>();

async function find(
  file: PublishedFile,
  { folder, addresses }: Publisher,
  { mirror, progress = true }: DownloadOptions,
): Promise<Uint8Array> {
  const target = join(cacheFolder(), "datasets", folder, file.name);
  const cached = await readIfThere(target);
  if (cached) {
    try {
      return unpack(cached, file, target);
    } catch {
      // Cut short or changed since: it is fetched again.
      await rm(target, { force: true });
    }
  }
  const places = onMirror(mirror, { folder, name: file.name });
  if (places?.kind === "folder") {
    for (const place of places.places) {
      const packed = await readIfThere(place);
      if (packed) return unpack(packed, file, place);
    }
    throw new NotFoundError(`missing file: ${places.places[0]} (the mirror doesn't have it)`);
  }
  const urls = places?.places ?? addresses.map((address) => `${address}${file.name}`);
  const label = progress ? `${folder}/${file.name}, kB` : undefined;
  const failures: string[] = [];
  for (const url of urls) {
    try {
      return await download(url, target, { file, label });
    } catch (error) {
      findHost().signal.throwIfAborted();
      if (error instanceof NotFoundError && places) continue;
      failures.push(`${url}: ${(error as Error).message}`);
      // A mirror that has the file, and not as it should be, isn't passed over.
      if (places) break;
    }
  }
  if (failures.length === 0) {
    throw new NotFoundError(`missing file: ${urls[0]} (the mirror doesn't have it)`);
  }
  throw new Error(
    `cannot download ${file.name} (${failures.join("; ")}). Call again: what has come is kept and continued. ` +
      `Or set QATLAB_MIRROR to a folder or URL with a copy, ${folder}/${file.name}`,
  );
}

async function download(
  url: string,
  target: string,
  { file, label }: { file: PublishedFile; label?: string },
): Promise<Uint8Array> {
  await mkdir(dirname(target), { recursive: true });
  const partial = await takePartial(target);
  const { signal } = findHost();
  for (;;) {
    const { resumed } = await fetchInto(url, partial, { label, signal });
    try {
      const content = unpack(await readFile(partial.path), file, url);
      await rename(partial.path, target);
      return content;
    } catch (error) {
      await rm(partial.path, { force: true });
      // What was continued may have been the beginning of another file: once more, from the start.
      if (!resumed) throw error;
      partial.size = 0;
    }
  }
}

async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw error;
  }
}

import { mkdir, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { findHost } from "../../display/index.js";
import { cacheFolder } from "./cacheFolder.node.js";
import { fetchInto } from "./fetchInto.node.js";
import { onMirror } from "./mirror.node.js";
import { takePartial } from "./partial.node.js";
import {
  type DownloadOptions,
  NotFoundError,
  type PublishedFile,
  type Publisher,
} from "./published.js";
import { unpack } from "./verify.node.js";

/**
 * @internal
 * The unpacked content of a published file, from the cache, from the mirror, or else from its publisher. A
 * download is kept in the cache, and a stopped download is continued. Only a file with the right checksum
 * is ever used.
 *
 * @throws NotFoundError if the mirror doesn't have the file; Error, with a remedy, if the file is corrupt
 *   or the publisher isn't reached; the reason of the cell's signal if the cell is interrupted
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
      // The cached file was cut short or changed, so it is fetched again.
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
      // If a mirror has a wrong version of the file, no further address is
      // tried, so that the reader sees the error.
      if (places) break;
    }
  }
  if (failures.length === 0) {
    throw new NotFoundError(`missing file: ${urls[0]} (the mirror doesn't have it)`);
  }
  throw new Error(
    `cannot download ${file.name} (${failures.join("; ")}). Call again: the bytes received so far are kept, and the download continues. ` +
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
      // The bytes of the earlier download may belong to another version of the file, so it is downloaded
      // from the start.
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

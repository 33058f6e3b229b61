import { findHost } from "../../display/index.js";
import { sha256 } from "../sha256.js";
import {
  type DownloadOptions,
  NotFoundError,
  onWebMirror,
  type PublishedFile,
  type Publisher,
} from "./published.js";

/**
 * @internal
 * The unpacked content of a published file, from the browser's cache, from the mirror, or else from its
 * publisher. Only a file with the right checksum is ever used.
 *
 * @throws NotFoundError if the mirror doesn't have the file; Error, with a remedy, if the file is corrupt,
 *   if no server lets the page read it, or if only its MD5 is known; the reason of the cell's signal if the
 *   cell is interrupted
 */
export async function obtain(
  file: PublishedFile,
  { folder, addresses }: Publisher,
  { mirror }: DownloadOptions = {},
): Promise<Uint8Array> {
  if (file.content === undefined) {
    throw new Error(
      `cannot check ${file.name}: only its MD5 is known, which browsers don't compute (load ${folder} in Node)`,
    );
  }
  if (mirror !== undefined && !/^https?:\/\//.test(mirror)) {
    throw new Error(
      `invalid mirror: ${mirror} (expected a URL in a browser, as in https://example.org/data)`,
    );
  }
  const urls = mirror
    ? onWebMirror(mirror, folder, file.name)
    : addresses.map((address) => `${address}${file.name}`);
  const failures: string[] = [];
  for (const url of urls) {
    try {
      return await load(url, file.content);
    } catch (error) {
      findHost().signal.throwIfAborted();
      if (!(error instanceof NotFoundError && mirror)) {
        failures.push(`${url}: ${(error as Error).message}`);
      }
    }
  }
  if (failures.length === 0) {
    throw new NotFoundError(`missing file: ${urls[0]} (the mirror doesn't have it)`);
  }
  throw new Error(
    `cannot download ${file.name} (${failures.join("; ")}). A page reads files only of servers that allow it: ` +
      `give the address of a copy on the page's own server, { mirror: "https://…" }, with ${folder}/${file.name}`,
  );
}

async function load(url: string, expected: string): Promise<Uint8Array> {
  // Pages that aren't secure have no cache.
  const cache = await globalThis.caches?.open("qatlab").catch(() => undefined);
  const cached = await cache?.match(url);
  if (cached) {
    const content = await unpack(cached, expected).catch(() => undefined);
    if (content) return content;
    await cache?.delete(url);
  }
  const response = await fetch(url, { signal: findHost().signal });
  if (!response.ok) {
    const words = `status ${response.status} ${response.statusText}`.trim();
    throw response.status === 404 ? new NotFoundError(words) : new Error(words);
  }
  const kept = response.clone();
  const content = await unpack(response, expected);
  // If the cache has no space for the file, the next call fetches the file again.
  await cache?.put(url, kept).catch(() => {});
  return content;
}

/** @throws Error if the body isn't gzip or its content has the wrong checksum */
async function unpack({ body }: Response, expected: string): Promise<Uint8Array> {
  const stream = body!.pipeThrough(new DecompressionStream("gzip"));
  const content = new Uint8Array(await new Response(stream).arrayBuffer());
  const actual = await sha256(content);
  if (actual === expected) return content;
  throw new Error(
    `corrupt file: its content has SHA-256 ${actual} (expected ${expected}; the file isn't used)`,
  );
}

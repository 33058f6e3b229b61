import { open } from "node:fs/promises";
import { progress } from "../../display/index.js";
import { NotFoundError } from "./published.js";

/** @internal How a download shows its progress, and how it is stopped. */
export interface FetchOptions {
  /** The words before the progress bar; without them no bar is shown. */
  label?: string;
  signal?: AbortSignal;
}

/**
 * @internal
 * Continues a download where it stopped: asks for the missing bytes, and starts anew if the server sends
 * all bytes. After a cut connection it tries again, as long as each attempt brings new bytes.
 *
 * @param url an address, http or https
 * @param path the file that grows; `size` bytes of it are there
 * @returns whether the file holds bytes of an earlier download
 * @throws NotFoundError if the server doesn't have the file; Error if the server isn't reached or the
 *   connection is cut for good; the signal's reason if the signal is aborted. The bytes received so far
 *   stay in the file.
 */
export async function fetchInto(
  url: string,
  { path, size }: { path: string; size: number },
  { label, signal }: FetchOptions = {},
): Promise<{ resumed: boolean }> {
  const file = await open(path, "a");
  const earlier = size;
  let resumed = size > 0;
  let bar: ReturnType<typeof progress> | undefined;
  try {
    for (;;) {
      const before = size;
      try {
        const response = await ask(url, size, signal);
        if (size > 0 && response.status !== 206) {
          await file.truncate(0);
          size = 0;
          resumed = false;
          if (response.status === 416) {
            await response.body?.cancel();
            continue;
          }
        }
        const total = totalOf(response, size);
        if (label && total && !bar) bar = progress({ total: kilobytes(total), label });
        for await (const chunk of response.body ?? []) {
          await file.appendFile(chunk);
          size += chunk.length;
          bar?.update(Math.min(kilobytes(size), kilobytes(total ?? size)));
        }
        if (total === undefined || size >= total) break;
        throw new Error(`the connection was cut after ${size} of ${total} bytes`);
      } catch (error) {
        signal?.throwIfAborted();
        if (error instanceof NotFoundError || size <= before) throw error;
      }
    }
    bar?.done();
    return { resumed: resumed && earlier > 0 };
  } finally {
    await file.close();
  }
}

async function ask(url: string, from: number, signal?: AbortSignal): Promise<Response> {
  const headers: Record<string, string> = { "accept-encoding": "identity" };
  if (from > 0) headers.range = `bytes=${from}-`;
  let response: Response;
  try {
    response = await fetch(url, { headers, signal });
  } catch (error) {
    signal?.throwIfAborted();
    const { cause } = error as { cause?: { code?: string; message?: string } };
    throw new Error(cause?.code ?? cause?.message ?? String(error), { cause: error });
  }
  if (response.status === 416 && from > 0) return response;
  if (response.ok) {
    const start = /^bytes (\d+)-/.exec(response.headers.get("content-range") ?? "")?.[1];
    if (response.status !== 206 || Number(start) === from) return response;
    await response.body?.cancel();
    throw new Error(`the server sends bytes from ${start} (asked from ${from})`);
  }
  await response.body?.cancel();
  const words = `status ${response.status} ${response.statusText}`.trim();
  throw response.status === 404 || response.status === 410
    ? new NotFoundError(words)
    : new Error(words);
}

function totalOf({ headers }: Response, from: number): number | undefined {
  const length = Number(headers.get("content-length") ?? Number.NaN);
  return Number.isFinite(length) ? from + length : undefined;
}

const kilobytes = (bytes: number) => Math.max(1, Math.ceil(bytes / 1000));

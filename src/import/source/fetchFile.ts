import { findHost } from "../../display/index.js";

/**
 * @internal
 * The bytes at an address, http or https.
 *
 * @throws Error if the server isn't reached or doesn't have the file, or if there are more than `maxBytes`
 */
export async function fetchFile(url: string, maxBytes: number): Promise<Uint8Array> {
  const { signal } = findHost();
  let response: Response;
  try {
    response = await fetch(url, { signal });
  } catch (cause) {
    signal.throwIfAborted();
    const { message, cause: reason } = cause as { message: string; cause?: { code?: string } };
    throw new Error(`cannot read ${url}: ${reason?.code ?? message}`, { cause });
  }
  if (!response.ok) {
    await response.body?.cancel();
    throw new Error(`cannot read ${url}: status ${response.status} ${response.statusText}`.trim());
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = response.body?.getReader();
  while (reader) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > maxBytes) {
      await reader.cancel();
      throw new Error(`${url} has more than ${maxBytes} bytes (allow more by { maxBytes })`);
    }
    chunks.push(value);
  }
  return joined(chunks, size);
}

function joined(chunks: Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

import { inflateRawSync } from "node:zlib";

/**
 * Unpacks deflated bytes.
 *
 * @param size the number of bytes that come out at most
 * @throws Error if the bytes aren't deflated, or if more bytes come out
 */
export async function inflate(packed: Uint8Array, size: number): Promise<Uint8Array> {
  return inflateRawSync(packed, { maxOutputLength: Math.max(1, size) });
}

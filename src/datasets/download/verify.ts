import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";

/** @internal A gzip file of a data set. At least one of its digests is known. */
export interface PublishedFile {
  /** Its name at publishers, on mirrors and in the cache. */
  name: string;
  /** MD5 of the file, in hexadecimal digits. */
  md5?: string;
  /** SHA-256 of what the file unpacks to: copies that were packed again have it, too. */
  content?: string;
}

/** @internal The digest of bytes, in hexadecimal digits. */
export function digest(algorithm: "md5" | "sha256", bytes: Uint8Array): string {
  return createHash(algorithm).update(bytes).digest("hex");
}

/**
 * @internal
 * What a file unpacks to, after its checksum has been compared.
 *
 * @param where the path or address that the error names
 * @throws Error for a file that isn't the published one
 */
export function unpack(packed: Uint8Array, file: PublishedFile, where: string): Uint8Array {
  if (file.md5 !== undefined && digest("md5", packed) === file.md5) return gunzipSync(packed);
  let found = `MD5 ${digest("md5", packed)}`;
  let expected = file.md5;
  if (file.content !== undefined) {
    const content = gunzip(packed);
    if (content && digest("sha256", content) === file.content) return content;
    found = content ? `SHA-256 ${digest("sha256", content)} unpacked` : "no whole gzip content";
    expected = file.content;
  }
  throw new Error(
    `corrupt file: ${where}, ${packed.length} bytes, has ${found} (expected ${expected}; the file isn't used)`,
  );
}

function gunzip(packed: Uint8Array): Uint8Array | undefined {
  try {
    return gunzipSync(packed);
  } catch {
    return undefined;
  }
}

import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import type { PublishedFile } from "./published.js";

/** The digest of bytes, in hexadecimal digits. */
function digest(algorithm: "md5" | "sha256", bytes: Uint8Array): string {
  return createHash(algorithm).update(bytes).digest("hex");
}

/**
 * @internal
 * The unpacked content of a file whose checksum is right.
 *
 * @param where the path or address that the error names
 * @throws Error if the file is not the published file
 */
export function unpack(packed: Uint8Array, file: PublishedFile, where: string): Uint8Array {
  if (file.md5 !== undefined && digest("md5", packed) === file.md5) return gunzipSync(packed);
  let actual = `MD5 ${digest("md5", packed)}`;
  let expected = file.md5;
  if (file.content !== undefined) {
    const content = gunzip(packed);
    if (content && digest("sha256", content) === file.content) return content;
    actual = content ? `SHA-256 ${digest("sha256", content)} unpacked` : "no whole gzip content";
    expected = file.content;
  }
  throw new Error(
    `corrupt file: ${where}, ${packed.length} bytes, has ${actual} (expected ${expected}; the file isn't used)`,
  );
}

function gunzip(packed: Uint8Array): Uint8Array | undefined {
  try {
    return gunzipSync(packed);
  } catch {
    return undefined;
  }
}

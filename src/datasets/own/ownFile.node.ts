import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { basename } from "node:path";

/** A file of the reader's, as the library reads it. */
export interface OwnFile {
  /** The name without its folder. */
  name: string;
  text: string;
  /** The SHA-256 of its bytes, in hexadecimal digits. */
  sha256: string;
}

/**
 * Reads a CSV file of the reader's.
 *
 * @throws Error if the file can't be read
 */
export function readOwnFile(path: string | Blob): OwnFile {
  if (typeof path !== "string") {
    throw new TypeError(
      "invalid file: a File or Blob (expected the path of a CSV file; only a browser reads these)",
    );
  }
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code === "ENOENT" ? "no such file" : String(cause);
    throw new Error(`cannot read ${path}: ${why} (expected the path of a CSV file)`, { cause });
  }
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { name: basename(path), text: new TextDecoder().decode(bytes), sha256 };
}

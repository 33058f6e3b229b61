import { readDataFile, remedy } from "#door/datasets/embeddedFile";
import { sha256 } from "./sha256.js";

/**
 * @internal
 * A file of the package's `data` folder, after its SHA-256 has been compared with `SHA256SUMS`.
 *
 * @returns the file's content and its SHA-256
 * @throws Error if the file is missing or was changed; the message says how to restore it.
 */
export async function readEmbedded(
  name: string,
  directory?: string,
): Promise<{ content: Uint8Array; hash: string }> {
  const [{ place, content }, sums] = await Promise.all([
    readDataFile(name, directory),
    readDataFile("SHA256SUMS", directory),
  ]);
  if (!content) throw new Error(`missing data file: ${place} (${remedy})`);

  const lines = new TextDecoder().decode(sums.content).split("\n");
  const expected = lines.find((entry) => entry.endsWith(`  ${name}`))?.split(" ")[0];
  const hash = await sha256(content);
  if (hash !== expected) {
    throw new Error(
      `changed data file: ${place} has SHA-256 ${hash} ` +
        `(expected ${expected ?? "a line in SHA256SUMS"}; ${remedy})`,
    );
  }
  return { content, hash };
}

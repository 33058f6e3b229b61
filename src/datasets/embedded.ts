import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { digest } from "./download/verify.js";

const folder = fileURLToPath(new URL("../../data", import.meta.url));

/**
 * @internal
 * A file of the package's `data` folder, after its SHA-256 has been compared with `SHA256SUMS`.
 *
 * @throws Error when the file is missing or was changed, saying how to get it back.
 */
export async function readEmbedded(name: string, directory = folder): Promise<Uint8Array> {
  const [content, sums] = await Promise.all([
    readFile(join(directory, name)).catch(() => undefined),
    readFile(join(directory, "SHA256SUMS"), "utf8").catch(() => ""),
  ]);
  const restore = `restore it with "git checkout -- data" in a clone, or install qatlab anew`;
  if (!content) throw new Error(`missing data file: ${join(directory, name)} (${restore})`);

  const line = sums.split("\n").find((entry) => entry.endsWith(`  ${name}`));
  const expected = line?.split(" ")[0];
  const found = digest("sha256", content);
  if (found !== expected) {
    throw new Error(
      `changed data file: ${join(directory, name)} has SHA-256 ${found} ` +
        `(expected ${expected ?? "a line in SHA256SUMS"}; ${restore})`,
    );
  }
  return content;
}

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const file = "saved_model.pb";

/**
 * Writes a serialized SavedModel into a temporary folder while `use` runs: native TensorFlow loads graphs
 * from folders only.
 *
 * @returns the result of `use`
 * @throws Error if the file can't be written
 */
export function withModelFolder<T>(bytes: Uint8Array, use: (folder: string) => T): T {
  const folder = write(bytes);
  try {
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The serialized SavedModel in a folder. */
export function readModelFolder(folder: string): Uint8Array {
  return readFileSync(join(folder, file));
}

function write(bytes: Uint8Array): string {
  let folder: string | undefined;
  try {
    folder = mkdtempSync(join(tmpdir(), "qatlab-graph-"));
    writeFileSync(join(folder, file), bytes);
    return folder;
  } catch (error) {
    if (folder) rmSync(folder, { recursive: true, force: true });
    throw new Error(
      `q.compile: the graph (${Math.ceil(bytes.length / 1024)} kB) can't be written to the temporary folder ${tmpdir()}: ` +
        `${(error as Error).message} (free some space there, or set TMPDIR to another folder)`,
      { cause: error },
    );
  }
}

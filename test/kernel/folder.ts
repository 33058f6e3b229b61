import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, onTestFinished } from "vitest";

/** A notebook's folder with the given files, removed when the test (or with `shared`, the file) ends. */
export function folder(
  files: Record<string, string> = {},
  { shared = false }: { shared?: boolean } = {},
): string {
  const path = realpathSync(mkdtempSync(join(tmpdir(), "qatlab-cells-")));
  for (const [name, text] of Object.entries(files)) write(path, name, text);
  const remove = () => rmSync(path, { recursive: true, force: true });
  if (shared) afterAll(remove);
  else onTestFinished(remove);
  return path;
}

/** Writes a file of a notebook's folder. */
export function write(path: string, name: string, text: string): void {
  const file = join(path, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

import { statSync } from "node:fs";
import { resolve } from "node:path";

/** @internal A file's absolute path and size. @throws Error if there is no such file */
export function fileEntry(file: string): { path: string; bytes: number } {
  const path = resolve(file);
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isFile()) return { path, bytes: found.size };
  throw new Error(
    `file ${path} doesn't exist (write it first, as with q.export.onnx(model, "${file}"))`,
  );
}

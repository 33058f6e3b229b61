/** @internal A browser has no files. */
export function fileEntry(file: string): { path: string; bytes: number } {
  throw new Error(`q.benchmark can't read ${file} in a browser (models can be compared there)`);
}

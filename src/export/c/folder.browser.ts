const refusal = "q.export.c needs folders, which a browser doesn't have (export in Node)";

/** @throws Error if the function is called */
export function checkTarget(_folder: string, _overwrite: boolean, _mark: string): string {
  throw new Error(refusal);
}

/** @throws Error if the function is called */
export function writeFiles(_target: string, _files: ReadonlyMap<string, string>): void {
  throw new Error(refusal);
}

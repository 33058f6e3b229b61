import type { ManifestFile } from "./form.js";

const refusal =
  "a manifest describes files of a disk, which a tab doesn't have (run the notebook in Node for it: npx qatlab start, beside the file that you have downloaded)";

export const version = "";

/** @throws Error if the function is called */
export function placeOf(_file: string): {
  path: string;
  name: string;
  folder: string;
  manifest: string;
} {
  throw new Error(refusal);
}

/** @throws Error if the function is called */
export async function digestsOf(_path: string, _from: string): Promise<ManifestFile[]> {
  throw new Error(refusal);
}

/** @throws Error if the function is called */
export async function namesIn(_path: string, _from: string): Promise<string[]> {
  throw new Error(refusal);
}

/** @throws Error if the function is called */
export async function digestIn(
  _folder: string,
  _file: Pick<ManifestFile, "path" | "bytes">,
  _isNamed: boolean,
): Promise<{ bytes: number; sha256?: string } | string> {
  throw new Error(refusal);
}

/** @throws Error if the function is called */
export async function readText(_path: string): Promise<string> {
  throw new Error(refusal);
}

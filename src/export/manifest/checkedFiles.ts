import { digestIn, namesIn, type placeOf } from "#door/export/manifest/files";
import type { Manifest } from "./form.js";
import type { VerifiedPart } from "./verify.js";

/** @internal Each file of a manifest, compared with the file that is there, and files that the manifest lacks. */
export async function checkedFiles(
  { files }: Manifest,
  { folder, path, name }: ReturnType<typeof placeOf>,
): Promise<VerifiedPart[]> {
  const parts: VerifiedPart[] = [];
  for (const file of files) {
    const part = `file ${file.path}`;
    const found = await digestIn(folder, file, file.path === name);
    if (typeof found === "string") parts.push({ part, result: "different", detail: `it ${found}` });
    else if (found.bytes !== file.bytes) {
      const detail = `${found.bytes} bytes, not ${file.bytes}`;
      parts.push({ part, result: "different", detail });
    } else if (found.sha256 !== file.sha256) {
      const detail = `sha256 ${found.sha256}, not ${file.sha256}`;
      parts.push({ part, result: "different", detail });
    } else parts.push({ part, result: "equal", detail: `sha256 ${file.sha256}` });
  }
  const listed = new Set(files.map((file) => file.path));
  const there = await namesIn(path, folder).catch(() => []);
  for (const stray of there.filter((name) => !listed.has(name))) {
    parts.push({
      part: `file ${stray}`,
      result: "different",
      detail: "the manifest doesn't have it",
    });
  }
  return parts;
}

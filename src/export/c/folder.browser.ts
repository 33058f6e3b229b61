import { checkFile, writeWholeFile } from "#door/export/files/file";
import { zipOf } from "../files/zip.js";

/** The folder's name, which becomes that of an archive. */
export function checkTarget(folder: string, overwrite: boolean, _mark: string): string {
  const name = checkFile({ file: folder, overwrite, example: "digits-c" });
  return name.replace(/(\.zip)?$/, ".zip");
}

/** Has the browser download the files as one archive. */
export function writeFiles(target: string, files: ReadonlyMap<string, string>): void {
  writeWholeFile(target, zipOf(files), "q.export.c");
}

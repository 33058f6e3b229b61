import { complaint } from "../../arguments/index.js";
import type { Target } from "./target.js";

/** @internal The name of the file, which the browser will download. */
export function checkFile({ file, example }: Target): string {
  if (typeof file === "string" && file !== "") return file.split("/").at(-1)!;
  const expected = "the name of a file";
  throw new TypeError(complaint({ name: "file", value: file, expected, example: `"${example}"` }));
}

/**
 * @internal
 * Has the browser download a file.
 *
 * @throws Error if there is no page that could, as in a worker
 */
export function writeWholeFile(name: string, bytes: Uint8Array, owner: string): void {
  if (typeof document === "undefined") {
    throw new Error(
      `${owner} can't hand ${name} to the browser from a worker (take the bytes with file: null, and its result's content)`,
    );
  }
  const url = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>]));
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  link.click();
  URL.revokeObjectURL(url);
}

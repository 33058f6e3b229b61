import { complaint } from "../../arguments/index.js";
import { base64, display, escapeHtml } from "../../display/index.js";
import type { Target } from "./target.js";

/** Larger files aren't written into the notebook, but held by the tab. */
const mostInNotebook = 2 ** 21;

/** @internal The name of the file, which the browser will download. */
export function checkFile({ file, example }: Target): string {
  if (typeof file === "string" && file !== "") return file.split("/").at(-1)!;
  const expected = "the name of a file";
  throw new TypeError(complaint({ name: "file", value: file, expected, example: `"${example}"` }));
}

/**
 * @internal
 * Has the browser download a file; in a worker, where a notebook's code runs, shows a link that downloads it.
 */
export function writeWholeFile(name: string, bytes: Uint8Array, _owner: string): void {
  if (typeof document === "undefined") {
    showLink(name, bytes);
    return;
  }
  const url = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>]));
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  link.click();
  // The download begins after this task.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

function showLink(name: string, bytes: Uint8Array): void {
  const isSmall = bytes.length <= mostInNotebook;
  const address = isSmall
    ? `data:application/octet-stream;base64,${base64(bytes)}`
    : URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>]));
  const size = `${Math.ceil(bytes.length / 1000).toLocaleString("en")} kB`;
  const until = isSmall ? "" : ", until the kernel is restarted";
  const label = `Download ${name}`;
  display({
    [Symbol.for("Jupyter.display")]: () => ({
      "text/html": `<a href="${address}" download="${escapeHtml(name)}">${escapeHtml(label)}</a> (${size}${until})`,
      "text/plain": `${label} (${size}): a link in the notebook`,
    }),
  });
}

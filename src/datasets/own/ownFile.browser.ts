import { readerFiles } from "../../storage/index.js";
import type { OwnFile } from "./ownFile.node.js";
import { sha256OfBytes } from "./sha256OfBytes.js";

/** The part of a worker's `FileReaderSync` that is used here; a page has none. */
declare const FileReaderSync:
  | { new (): { readAsArrayBuffer(file: Blob): ArrayBuffer } }
  | undefined;

/**
 * Reads a CSV file of the reader's: one that was dropped or chosen, by itself or by its name, or one of the page's server by its address.
 *
 * @throws Error if the file can't be read, or if a chosen file is read on a page: there is no way to wait for it there
 */
export function readOwnFile(file: string | Blob): OwnFile {
  const own = typeof file === "string" ? readerFiles.get(file) : file;
  const { name, bytes } = own ? chosen(own, String(file)) : fetched(String(file));
  return { name, text: new TextDecoder().decode(bytes), sha256: sha256OfBytes(bytes) };
}

function chosen(file: Blob, asked: string): { name: string; bytes: Uint8Array } {
  const name = (file as File).name ?? (asked.startsWith("[object") ? "file" : asked);
  if (typeof FileReaderSync === "undefined") {
    throw new Error(
      `cannot read ${name} here: a page can't wait for a file, a worker can (call q.dataset in a worker, or give the columns as arrays)`,
    );
  }
  try {
    return { name, bytes: new Uint8Array(new FileReaderSync().readAsArrayBuffer(file)) };
  } catch (cause) {
    throw new Error(`cannot read ${name}: it was moved or changed since (choose it again)`, {
      cause,
    });
  }
}

function fetched(address: string): { name: string; bytes: Uint8Array } {
  const name = address.split(/[?#]/)[0]!.split("/").at(-1)!;
  if (typeof XMLHttpRequest === "undefined") throw new Error(`cannot read ${address} here`);
  const request = new XMLHttpRequest();
  try {
    request.open("GET", address, false);
    // A response that is waited for can't be asked for as bytes; this way each byte becomes a character.
    request.overrideMimeType("text/plain; charset=x-user-defined");
    request.send();
  } catch (cause) {
    throw new Error(unreadable(address, "no answer"), { cause });
  }
  if (request.status !== 200) throw new Error(unreadable(address, `status ${request.status}`));
  const bytes = Uint8Array.from(request.responseText, (sign) => sign.charCodeAt(0) & 255);
  return { name, bytes };
}

function unreadable(address: string, why: string): string {
  return `cannot read ${address}: ${why} (expected the address of a CSV file on a server that lets this page read it, or a file that was dropped onto the notebook, as in q.dataset("iris.csv", "kind"))`;
}

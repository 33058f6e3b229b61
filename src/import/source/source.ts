import { besideLocal, findLocal, readLocal } from "#door/import/source/local";
import { complaint } from "../../arguments/index.js";
import { sha256 } from "../../datasets/index.js";
import { fetchFile } from "./fetchFile.js";
import type { LoadOptions } from "./options.js";

/** A model's file: where it is, or its bytes. */
export type ModelSource = string | URL | ArrayBuffer | Uint8Array;

/** @internal A model's file that was read, and the way to the files beside it. */
export interface OpenSource {
  name: string;
  bytes: Uint8Array;
  /** Reads a file beside the model's. */
  beside(name: string): Promise<Uint8Array>;
  /** @throws Error if a checksum was stated for a file that wasn't read */
  checkStated(): void;
}

/** @internal How many bytes are read at most, by default. */
export const defaultBytes = 2 ** 31;

/**
 * @internal
 * Reads the file of a model.
 *
 * @throws TypeError if `file` is neither a place nor bytes; Error if the file can't be read, is larger than allowed,
 *   or has another checksum
 */
export async function openSource(
  file: ModelSource,
  { sha256: stated, maxBytes = defaultBytes }: LoadOptions,
): Promise<OpenSource> {
  const { name, read, beside } = await find(file);
  const seen = new Set<string>();
  let left = maxBytes;
  const checked = async (path: string, reading: (limit: number) => Promise<Uint8Array>) => {
    const bytes = await reading(left);
    left -= bytes.length;
    seen.add(path);
    await compare(bytes, { path, stated, isMain: path === name });
    return bytes;
  };
  return {
    name,
    bytes: await checked(name, read),
    beside: (path) => checked(path, (limit) => beside(path, limit)),
    checkStated() {
      if (typeof stated !== "object") return;
      const unread = Object.keys(stated).find((path) => !seen.has(path));
      if (unread === undefined) return;
      throw new Error(
        `invalid sha256: ${unread} isn't a file of the model (expected ${[...seen].join(", ")})`,
      );
    },
  };
}

interface Place {
  name: string;
  read(maxBytes: number): Promise<Uint8Array>;
  beside(name: string, maxBytes: number): Promise<Uint8Array>;
}

async function find(file: ModelSource): Promise<Place> {
  if (file instanceof Uint8Array || file instanceof ArrayBuffer) {
    return inMemory(file instanceof Uint8Array ? file : new Uint8Array(file));
  }
  const text = file instanceof URL ? file.href : file;
  if (typeof text !== "string" || text === "") {
    const expected =
      'a path, an address, or the bytes of a model, as in q.models.load("model.keras")';
    throw new TypeError(complaint({ name: "file", value: file, expected }));
  }
  if (/^https?:\/\//i.test(text)) {
    const name = new URL(text).pathname.split("/").at(-1) || text;
    return {
      name,
      read: (limit) => fetchFile(text, limit),
      beside: (path, limit) => fetchFile(new URL(path, text).href, limit),
    };
  }
  if (/^[a-z]{2,}:\/\//i.test(text) && !text.startsWith("file:")) {
    const expected = "a path, or an address that begins with https:, http: or file:";
    throw new TypeError(complaint({ name: "file", value: text, expected }));
  }
  const { place, name } = await findLocal(text);
  return {
    name,
    read: (limit) => readLocal(place, limit),
    beside: (path, limit) => readLocal(besideLocal(place, path), limit),
  };
}

function inMemory(bytes: Uint8Array): Place {
  return {
    name: "the model",
    async read(maxBytes) {
      if (bytes.length <= maxBytes) return bytes;
      throw new Error(
        `the model has ${bytes.length} bytes (expected at most ${maxBytes}; allow more by { maxBytes })`,
      );
    },
    async beside(name) {
      throw new Error(
        `the weights are in another file, ${name} (give the path or the address of model.json, not its bytes)`,
      );
    },
  };
}

async function compare(
  bytes: Uint8Array,
  { path, stated, isMain }: { path: string; stated: LoadOptions["sha256"]; isMain: boolean },
): Promise<void> {
  if (stated === undefined || (typeof stated === "string" && !isMain)) return;
  const expected = typeof stated === "string" ? stated : stated[path];
  if (expected === undefined) {
    throw new Error(`missing sha256 of ${path} (expected the checksums of all files of the model)`);
  }
  const actual = await sha256(bytes);
  if (actual === expected.toLowerCase()) return;
  throw new Error(
    `corrupt file: ${path} has SHA-256 ${actual} (expected ${expected}; the file isn't used)`,
  );
}

import type { Disk } from "../compiler/index.js";
import { cwd } from "./messages.js";

/** Files by their paths, and the place of what the compiler looks for. */
export interface FileTable {
  files: Record<string, string>;
  /** The folder with TypeScript's own libraries. */
  libFolder: string;
  /** The folder of this package. */
  ownFolder: string;
  /** The library file of the language, e.g. `lib.es2024.d.ts`. */
  language: string;
}

/** The files of a table: nothing but types, which don't change. */
export function memoryDisk({ files, ...places }: FileTable): Disk {
  const texts = new Map(Object.entries(files));
  // The notebook's folder is there without files: modules are looked for in it.
  const folders = new Map<string, Set<string>>([[cwd, new Set()]]);
  for (const path of texts.keys()) {
    for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1)) {
      const parent = path.slice(0, Math.max(path.lastIndexOf("/", end - 1), 0)) || "/";
      const name = path.slice(path.lastIndexOf("/", end - 1) + 1, end);
      const inside = folders.get(parent) ?? new Set<string>();
      folders.set(parent, inside.add(name));
      const folder = path.slice(0, end);
      if (!folders.has(folder)) folders.set(folder, new Set());
    }
  }
  const turn = new MessageChannel();
  const works: (() => void)[] = [];
  turn.port1.onmessage = () => works.shift()?.();
  const plain = (path: string) => (path.length > 1 ? path.replace(/\/$/, "") : path);
  return {
    ...places,
    types: [],
    ambient: "declare const process: { env: Record<string, string | undefined> };",
    withoutNode:
      "This notebook runs in a browser tab, which has nothing of Node's (run it in Node for that: npx qatlab start)",
    fileExists: (path) => texts.has(path),
    readFile: (path) => texts.get(path),
    version: (path) => (texts.has(path) ? "1" : "0"),
    directoryExists: (path) => folders.has(plain(path)),
    getDirectories: (path) => [...(folders.get(plain(path)) ?? [])],
    readDirectory: () => [],
    realpath: (path) => path,
    later(work) {
      works.push(work);
      turn.port2.postMessage(null);
    },
  };
}

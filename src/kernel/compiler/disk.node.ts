import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import type { Disk } from "./disk.js";
import { nearestPackage } from "./options.js";

const { sys } = ts;

/** The files of the machine, for cells that run in Node. */
export const nodeDisk: Disk = {
  fileExists: sys.fileExists,
  readFile(path) {
    try {
      return readFileSync(path, "utf8");
    } catch {
      return undefined;
    }
  },
  version(path) {
    const stat = statSync(path, { throwIfNoEntry: false });
    return stat ? `${stat.mtimeMs}:${stat.size}` : "0";
  },
  directoryExists: sys.directoryExists,
  getDirectories: sys.getDirectories,
  readDirectory: sys.readDirectory,
  realpath: sys.realpath!,
  libFolder: dirname(ts.getDefaultLibFilePath({})),
  ownFolder: nearestPackage(dirname(fileURLToPath(import.meta.url)), existsSync),
  language: language(),
  types: ["node"],
  ambient: "",
  withoutNode: null,
  later: setImmediate,
};

/** The library file of the language as the running Node supports it. */
function language(): string {
  const major = Number(process.versions.node.split(".")[0]);
  const year = major >= 24 ? 2025 : major >= 22 ? 2024 : 2023;
  return `lib.es${year}.d.ts`;
}

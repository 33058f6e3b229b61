import ts from "typescript";
import type { CellHost } from "./host.js";

/**
 * A document registry that keeps the parsed files of libraries and packages although no program uses
 * them at the moment, so that the cell that imports a package doesn't parse it again.
 */
export function persistentRegistry(host: CellHost): ts.DocumentRegistry {
  const registry = ts.createDocumentRegistry(true, host.cwd);
  const { releaseDocument, releaseDocumentWithKey } = registry;
  return {
    ...registry,
    releaseDocument(file: string, ...rest: never[]) {
      if (isCell(host, file)) Reflect.apply(releaseDocument, registry, [file, ...rest]);
    },
    releaseDocumentWithKey(file: string, ...rest: never[]) {
      if (isCell(host, file)) Reflect.apply(releaseDocumentWithKey, registry, [file, ...rest]);
    },
  };
}

/** A cell's file, also after it was dropped: `[cell 3].ts` in the notebook's folder. */
function isCell(host: CellHost, file: string): boolean {
  return file.startsWith(`${host.cwd}/[cell`);
}

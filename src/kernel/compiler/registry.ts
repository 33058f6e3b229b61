import { basename } from "node:path";
import ts from "typescript";

/**
 * The parsed files of libraries and packages, kept although no program uses them at the moment, so that the
 * cell that imports a package doesn't parse it again. Cells are let go.
 */
export const registry: ts.DocumentRegistry = persistent(ts.createDocumentRegistry(true));

function persistent(inner: ts.DocumentRegistry): ts.DocumentRegistry {
  const { releaseDocument, releaseDocumentWithKey } = inner;
  return {
    ...inner,
    releaseDocument(file: string, ...rest: never[]) {
      if (isCell(file)) Reflect.apply(releaseDocument, inner, [file, ...rest]);
    },
    releaseDocumentWithKey(file: string, ...rest: never[]) {
      if (isCell(file)) Reflect.apply(releaseDocumentWithKey, inner, [file, ...rest]);
    },
  };
}

/** A cell's file, also after it was dropped: `[cell 3].ts`. */
function isCell(file: string): boolean {
  return basename(file).startsWith("[cell");
}

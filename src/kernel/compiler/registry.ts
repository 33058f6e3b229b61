import ts from "typescript";
import { basename } from "#door/kernel/paths";

/**
 * The parsed files of libraries and packages. They are kept even while no program uses them, so that a cell
 * that imports a package doesn't parse it again. Files of cells are released.
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

/** Whether a file is a cell, as `[cell 3].ts`, also after the cell was dropped. */
function isCell(file: string): boolean {
  return basename(file).startsWith("[cell");
}

import type ts from "typescript";
import type { Cells } from "./compile.js";
import { topLevelDeclarations } from "./declarations.js";
import type { CellHost } from "./host.js";

/** A cell that is still being written, as the LanguageService sees it. */
export interface Draft {
  service: ts.LanguageService;
  file: string;
  /** The offset of the cell's source in the file. */
  shift: number;
  /** The slot of an earlier cell's variable. */
  slotOf(name: string): string | undefined;
}

/**
 * Makes `source` the file that the LanguageService is asked about. The declarations of earlier cells come
 * before it, since an unfinished cell would swallow text after it.
 */
export function draft(
  source: string,
  { host, service, cells }: { host: CellHost; service: ts.LanguageService; cells: Cells },
): Draft {
  const { file, insertion } = cells.read(source);
  const declared = topLevelDeclarations(file.statements);
  const names = new Set([...cells.scope.values.keys(), ...cells.scope.types.keys()]);
  const prelude = `export {}; ${cells.scope.prelude(names, declared, { assignable: cells.isTyped })}\n`;
  // Commands are blank; an insertion would move the cursor.
  host.setCurrent(prelude + (insertion ? source : file.text));
  return {
    service,
    file: host.current,
    shift: prelude.length,
    slotOf: (name) => cells.scope.values.get(name)?.slot,
  };
}

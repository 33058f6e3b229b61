import ts from "typescript";
import { Cells } from "./compile.js";
import { CellHost } from "./host.js";
import { persistentRegistry } from "./registry.js";
import type { CellCompiler, CompilerOptions } from "./types.js";

export type * from "./types.js";

/** Makes the compiler of one notebook. */
export function createCompiler(options: CompilerOptions): CellCompiler {
  const host = new CellHost(options.cwd, options.language);
  const service = ts.createLanguageService(host, persistentRegistry(host));
  const cells = new Cells(host, service);
  return {
    compile: (source, cell) => cells.compile(source, cell),
    complete: () => ({ matches: [], cursorStart: 0, cursorEnd: 0, metadata: {} }),
    inspect: () => ({ found: false, data: {} }),
    isComplete: () => ({ status: "unknown", indent: "" }),
  };
}

import ts from "typescript";
import { Cells } from "./compile.js";
import { complete } from "./complete.js";
import { completeness } from "./completeness.js";
import { draft } from "./draft.js";
import { compileExpression } from "./expression.js";
import { CellHost } from "./host.js";
import { inspect } from "./inspect.js";
import { registry } from "./registry.js";
import type { CellCompiler, CompilerOptions } from "./types.js";
import { warmUp } from "./warm.js";

export type { Disk } from "./disk.js";
export type * from "./types.js";

/** Makes the compiler of one notebook. */
export function createCompiler(options: CompilerOptions): CellCompiler {
  const host = new CellHost(options.cwd, options.language, options.disk);
  const service = ts.createLanguageService(host, registry);
  const cells = new Cells(host, service, { stoppable: options.stoppable === true });
  if (options.warm !== false) warmUp(host, service);
  const parts = { host, service, cells };
  return {
    compile: (source, cell) => cells.compile(source, cell),
    complete: (source, cursor) =>
      complete(source, cursor, draft(source, parts), { typed: cells.isTyped }),
    inspect: (source, cursor) => inspect(source, cursor, draft(source, parts)),
    expression: compileExpression,
    isComplete: (source) => completeness(cells.read(source).file),
  };
}

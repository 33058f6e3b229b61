import type ts from "typescript";
import { cellTransformer, withoutExports } from "./assemble.js";
import type { Plan } from "./plan.js";

/** Compiled code and its source map. */
export interface Emitted {
  code: string;
  map: string;
}

/**
 * Emits a cell by TypeScript's own printer: an expression whose value is the cell's function, see
 * {@link cellTransformer}.
 */
export function emitCell(program: ts.Program, plan: Plan): Emitted {
  let code = "";
  let map = "";
  program.emit(
    plan.file,
    (file, text) => {
      if (file.endsWith(".map")) map = text;
      else code = text;
    },
    undefined,
    false,
    { before: [cellTransformer(plan)], after: [withoutExports] },
  );
  return wrap(code, map, plan.strict);
}

/**
 * Puts the printed statements, with TypeScript's helpers, into one function. A JavaScript cell sees no
 * function around it: `this` is the global object, and there are no `arguments`.
 */
function wrap(code: string, map: string, strict: boolean): Emitted {
  const header = strict ? '(function () { "use strict";\n' : "(() => {\n";
  const body = code.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, "").replace(/^#!.*/, "");
  const moved = JSON.parse(map) as { mappings: string };
  // The header is one line, so the map's lines move down by one.
  moved.mappings = `;${moved.mappings}`;
  return { code: `${header}${body}\n})()`, map: JSON.stringify(moved) };
}

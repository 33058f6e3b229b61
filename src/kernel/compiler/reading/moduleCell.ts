/**
 * The name that a cell gets from a documentation comment with `@module name` at its start, as in tslab.
 * Such a cell is the local file `name.ts`, which other cells import; the cell itself shows nothing.
 */
export function moduleCellName(source: string): string | undefined {
  const comment = /^\s*\/\*\*([\s\S]*?)\*\//.exec(source)?.[1] ?? "";
  return /@module\s+([A-Za-z0-9_/-]+)\s*$/m.exec(comment.replace(/\s*\*\s*$/, ""))?.[1];
}

/**
 * The name that a documentation comment with `@module name` at the start gives to a cell, as in tslab: the
 * cell is then the local file `name.ts`, which other cells import; it shows nothing itself.
 */
export function moduleCellName(source: string): string | undefined {
  const comment = /^\s*\/\*\*([\s\S]*?)\*\//.exec(source)?.[1] ?? "";
  return /@module\s+([A-Za-z0-9_/-]+)\s*$/m.exec(comment.replace(/\s*\*\s*$/, ""))?.[1];
}

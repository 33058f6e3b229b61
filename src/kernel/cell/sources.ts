import { SourceMap } from "#door/kernel/cell/sourceMap";

/** The source of a piece of compiled code. */
export interface CompiledSource {
  /** Source map, version 3, as JSON. */
  map: string;
  /** The source text. */
  source: string;
  /** The code's name in tracebacks, e.g. `cell 3`. */
  name: string;
  /** Characters that the compiler put into the source before it made the map. */
  insertion?: { offset: number; text: string };
}

const sources = new Map<string, CompiledSource & { parsed?: SourceMap }>();

/** Remembers the source of code that runs under `filename`. */
export function registerSource(filename: string, source: CompiledSource): void {
  sources.set(filename, source);
}

/** The name in tracebacks of the code that runs under `filename`, if it is a cell or a local module. */
export function sourceName(filename: string): string | undefined {
  return sources.get(filename)?.name;
}

/** The text of a line of the source that has this name, if there is one. */
export function lineOf(name: string, line: number): string | undefined {
  for (const compiled of sources.values()) {
    if (compiled.name === name) return compiled.source.split("\n")[line - 1];
  }
  return undefined;
}

export interface Origin {
  name: string;
  source: string;
  /** The line, counted from 1. */
  line: number;
  /** The column, counted from 1. */
  column: number;
}

/**
 * The place in the source of a place in compiled code (lines and columns from 1), if the code is a cell or
 * a local module.
 */
export function originOf(filename: string, line: number, column: number): Origin | undefined {
  const compiled = sources.get(filename);
  if (!compiled) return undefined;
  compiled.parsed ??= new SourceMap(JSON.parse(compiled.map));
  const entry = compiled.parsed.findEntry(line - 1, column - 1);
  const { name, source } = compiled;
  if (!("originalLine" in entry)) return undefined;
  const count = source.split("\n").length;
  const mapped = Math.min(entry.originalLine + 1, count);
  const { originalColumn } = entry;
  const inserted = insertedBefore(compiled, mapped, originalColumn);
  return { name, source, line: mapped, column: originalColumn + 1 - inserted };
}

/** How many inserted characters stand on a line before a column. */
function insertedBefore(
  { source, insertion }: CompiledSource,
  line: number,
  column: number,
): number {
  if (!insertion) return 0;
  const before = source.slice(0, insertion.offset).split("\n");
  const inserted = before.at(-1)!.length;
  return line === before.length && column > inserted
    ? Math.min(insertion.text.length, column - inserted)
    : 0;
}

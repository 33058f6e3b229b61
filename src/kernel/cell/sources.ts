import { SourceMap } from "node:module";

/** A piece of compiled code: where its lines come from. */
export interface CompiledSource {
  /** Source map, version 3, as JSON. */
  map: string;
  /** The source text. */
  source: string;
  /** What a traceback calls it, e.g. `cell 3`. */
  name: string;
}

const sources = new Map<string, CompiledSource & { parsed?: SourceMap }>();

/** Remembers the source of code that runs under `filename`. */
export function registerSource(filename: string, source: CompiledSource): void {
  sources.set(filename, source);
}

/** What a traceback calls the code that runs under `filename`, if it is a cell's or a local module's. */
export function sourceName(filename: string): string | undefined {
  return sources.get(filename)?.name;
}

export interface Origin {
  name: string;
  source: string;
  /** From 1. */
  line: number;
  /** From 1. */
  column: number;
}

/** Where a place in compiled code (line and column from 1) comes from, if the code is a cell's or a local module's. */
export function originOf(filename: string, line: number, column: number): Origin | undefined {
  const known = sources.get(filename);
  if (!known) return undefined;
  known.parsed ??= new SourceMap(JSON.parse(known.map));
  const entry = known.parsed.findEntry(line - 1, column - 1);
  const { name, source } = known;
  if (!("originalLine" in entry)) return undefined;
  const count = source.split("\n").length;
  const mapped = Math.min(entry.originalLine + 1, count);
  return { name, source, line: mapped, column: entry.originalColumn + 1 };
}

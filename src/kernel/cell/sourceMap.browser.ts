const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** A place in compiled code, and the place in the source that it comes from, counted from 0. */
interface Entry {
  generatedColumn: number;
  originalLine: number;
  originalColumn: number;
}

/** A source map, version 3, of one source: the part of Node's class that tracebacks ask. */
export class SourceMap {
  /** The entries of each line of the compiled code, by column. */
  readonly #lines: Entry[][];

  constructor({ mappings }: { mappings: string }) {
    let originalLine = 0;
    let originalColumn = 0;
    this.#lines = mappings.split(";").map((line) => {
      const entries: Entry[] = [];
      let generatedColumn = 0;
      for (const segment of line.split(",")) {
        const [column, source, row = 0, place = 0] = decode(segment);
        if (column === undefined) continue;
        generatedColumn += column;
        if (source === undefined) continue;
        originalLine += row;
        originalColumn += place;
        entries.push({ generatedColumn, originalLine, originalColumn });
      }
      return entries;
    });
  }

  /** The last entry at or before a place in the compiled code; `{}` if there is none. */
  findEntry(line: number, column: number): Entry | Record<string, never> {
    for (let row = Math.min(line, this.#lines.length - 1); row >= 0; row--) {
      const entries = this.#lines[row]!;
      const before = (entry: Entry) => row < line || entry.generatedColumn <= column;
      const entry = entries.findLast(before);
      if (entry) return entry;
    }
    return {};
  }
}

/** The numbers of a segment, in base 64 with a sign in the last bit. */
function decode(segment: string): number[] {
  const numbers: number[] = [];
  let value = 0;
  let shift = 0;
  for (const character of segment) {
    const digit = digits.indexOf(character);
    value += (digit & 31) << shift;
    shift += 5;
    if (digit & 32) continue;
    numbers.push(value & 1 ? -(value >> 1) : value >> 1);
    value = 0;
    shift = 0;
  }
  return numbers;
}

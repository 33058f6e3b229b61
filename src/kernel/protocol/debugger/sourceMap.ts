/** A place in compiled code and the line of the source that it comes from, all counted from 0. */
interface Segment {
  line: number;
  column: number;
  sourceLine: number;
}

/** A source map, version 3, in both directions. */
export class LineMap {
  readonly #segments: Segment[];

  constructor(map: string) {
    this.#segments = decode((JSON.parse(map) as { mappings: string }).mappings);
  }

  /** The line of the source of a place in the code; undefined on a line that the compiler has added. */
  sourceLine(line: number, column: number): number | undefined {
    const here = this.#segments.filter((segment) => segment.line === line);
    return (here.findLast((segment) => segment.column <= column) ?? here[0])?.sourceLine;
  }

  /** The first place in the code of a line of the source, or of the next line that has code. */
  codePlace(sourceLine: number): Segment | undefined {
    let best: Segment | undefined;
    for (const segment of this.#segments) {
      if (segment.sourceLine < sourceLine) continue;
      if (best === undefined || segment.sourceLine < best.sourceLine) best = segment;
    }
    return best;
  }
}

const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

function decode(mappings: string): Segment[] {
  const segments: Segment[] = [];
  let sourceLine = 0;
  for (const [line, text] of mappings.split(";").entries()) {
    let column = 0;
    for (const part of text === "" ? [] : text.split(",")) {
      const [moved, , lines] = numbers(part);
      column += moved!;
      if (lines === undefined) continue;
      sourceLine += lines;
      segments.push({ line, column, sourceLine });
    }
  }
  return segments;
}

/** The numbers of a segment in Base64 VLQ. */
function numbers(text: string): number[] {
  const result: number[] = [];
  let value = 0;
  let shift = 0;
  for (const digit of text) {
    const bits = digits.indexOf(digit);
    value += (bits & 31) << shift;
    shift += 5;
    if (bits & 32) continue;
    result.push(value & 1 ? -(value >>> 1) : value >>> 1);
    value = 0;
    shift = 0;
  }
  return result;
}

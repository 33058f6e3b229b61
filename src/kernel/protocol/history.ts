/** An entry of the history: session, cell, and the source, or the source with the text of its result. */
export type HistoryEntry = [
  session: number,
  cell: number,
  source: string | [string, string | null],
];

interface Past {
  cell: number;
  source: string;
  result: string | null;
}

/** The content of a `history_request`; see the Jupyter messaging specification, "History". */
export interface HistoryRequest {
  hist_access_type?: unknown;
  output?: unknown;
  session?: unknown;
  start?: unknown;
  stop?: unknown;
  n?: unknown;
  pattern?: unknown;
  unique?: unknown;
}

/**
 * The cells that this session has run. The session has the number 1, since earlier sessions are not kept.
 */
export class History {
  readonly #past: Past[] = [];

  add(cell: number, source: string): void {
    this.#past.push({ cell, source, result: null });
  }

  /** Notes the text of a cell's result. */
  setResult(cell: number, text: string): void {
    const past = this.#past.findLast((entry) => entry.cell === cell);
    if (past !== undefined) past.result = text;
  }

  /** The requested entries, oldest first; an invalid request gets no entries. */
  find(request: HistoryRequest): HistoryEntry[] {
    const output = request.output === true;
    return this.#select(request).map(({ cell, source, result }) => [
      1,
      cell,
      output ? [source, result] : source,
    ]);
  }

  #select({ hist_access_type, session, start, stop, n, pattern, unique }: HistoryRequest): Past[] {
    const last = (entries: Past[]) => (isCount(n) ? (n > 0 ? entries.slice(-n) : []) : entries);
    switch (hist_access_type) {
      case "tail":
        return last(this.#past);
      case "range": {
        // Session 0 is the current session; negative numbers count back from it.
        if (session !== undefined && session !== 0 && session !== 1) return [];
        const from = isCount(start) ? start : 0;
        const to = isCount(stop) ? stop : Number.POSITIVE_INFINITY;
        return this.#past.filter(({ cell }) => cell >= from && cell < to);
      }
      case "search": {
        const matches = glob(typeof pattern === "string" ? pattern : "*");
        const entries = this.#past.filter(({ source }) => matches.test(source));
        return last(unique === true ? newest(entries) : entries);
      }
      default:
        return [];
    }
  }
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value);
}

/** Each source once, at the place where it last occurs. */
function newest(entries: Past[]): Past[] {
  const bySource = new Map<string, Past>();
  for (const entry of entries) {
    bySource.delete(entry.source);
    bySource.set(entry.source, entry);
  }
  return [...bySource.values()];
}

/**
 * A pattern of SQLite's GLOB, as IPython uses it: `*` matches any text and `?` one character, and the
 * pattern must match the whole source.
 */
function glob(pattern: string): RegExp {
  const literal = pattern.replace(/[\\^$.|+()[\]{}]/g, "\\$&");
  return new RegExp(`^${literal.replaceAll("*", ".*").replaceAll("?", ".")}$`, "s");
}

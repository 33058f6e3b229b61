/** An entry of the history: session, cell, source, or source with the text of its result. */
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

/** What this session has run. It is session 1: earlier ones are not kept. */
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

  /** The entries asked for, oldest first; none for a request that makes no sense. */
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
        // 0 is the current session, negative ones count back from it.
        if (session !== undefined && session !== 0 && session !== 1) return [];
        const from = isCount(start) ? start : 0;
        const to = isCount(stop) ? stop : Number.POSITIVE_INFINITY;
        return this.#past.filter(({ cell }) => cell >= from && cell < to);
      }
      case "search": {
        const matches = glob(typeof pattern === "string" ? pattern : "*");
        const found = this.#past.filter(({ source }) => matches.test(source));
        return last(unique === true ? newest(found) : found);
      }
      default:
        return [];
    }
  }
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value);
}

/** Each source once, where it stands last. */
function newest(entries: Past[]): Past[] {
  const bySource = new Map<string, Past>();
  for (const entry of entries) {
    bySource.delete(entry.source);
    bySource.set(entry.source, entry);
  }
  return [...bySource.values()];
}

/** SQLite's GLOB as IPython uses it: `*` any text, `?` one character, the whole source. */
function glob(pattern: string): RegExp {
  const literal = pattern.replace(/[\\^$.|+()[\]{}]/g, "\\$&");
  return new RegExp(`^${literal.replaceAll("*", ".*").replaceAll("?", ".")}$`, "s");
}

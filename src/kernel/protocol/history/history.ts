import { matchesGlob } from "./glob.js";
import type { Past, SessionFiles } from "./sessionFiles.js";

/** An entry of the history: session, cell, and the source, or the source with the text of its result. */
export type HistoryEntry = [
  session: number,
  cell: number,
  source: string | [string, string | null],
];

/** The most entries of a tail for which the request names no number. */
const tailLimit = 1000;

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
 * The cells that this session and earlier ones have run. Sessions have numbers that count up across kernels.
 *
 * Source: Jupyter messaging specification 5.5, "History"; IPython's `HistoryAccessor` where the specification is silent.
 */
export class History {
  readonly #past: Omit<Past, "session">[] = [];
  readonly #files: Pick<SessionFiles, "session" | "add" | "cellsOf" | "all">;

  /** @param files keeps the cells; without it the history lasts as long as its kernel */
  constructor(files: Pick<SessionFiles, "session" | "add" | "cellsOf" | "all"> = nothingKept) {
    this.#files = files;
  }

  add(cell: number, source: string): void {
    this.#past.push({ cell, source, result: null });
    this.#files.add({ cell, source });
  }

  /** Notes the text of a cell's result. */
  setResult(cell: number, text: string): void {
    const past = this.#past.findLast((entry) => entry.cell === cell);
    if (past === undefined) return;
    past.result = text;
    this.#files.add({ cell, result: text });
  }

  /** The requested entries, oldest first; an invalid request gets no entries. */
  find(request: HistoryRequest): HistoryEntry[] {
    const output = request.output === true;
    return this.#select(request).map(({ session, cell, source, result }) => [
      session,
      cell,
      output ? [source, result] : source,
    ]);
  }

  #select({ hist_access_type, session, start, stop, n, pattern, unique }: HistoryRequest): Past[] {
    const last = (entries: Past[], count: unknown) =>
      isCount(count) ? (count > 0 ? entries.slice(-count) : []) : entries;
    switch (hist_access_type) {
      case "tail":
        return last(this.#all(), n ?? tailLimit);
      case "range": {
        const from = isCount(start) ? start : 0;
        const to = isCount(stop) ? stop : Number.POSITIVE_INFINITY;
        return this.#sessionOf(session ?? 0).filter(({ cell }) => cell >= from && cell < to);
      }
      case "search": {
        const wanted = typeof pattern === "string" ? pattern : "*";
        const entries = this.#all().filter(({ source }) => matchesGlob(wanted, source));
        return last(unique === true ? newest(entries) : entries, n);
      }
      default:
        return [];
    }
  }

  #all(): Past[] {
    return [...this.#files.all(), ...this.#own()];
  }

  #own(): Past[] {
    const { session } = this.#files;
    return this.#past.map((past) => ({ session, ...past }));
  }

  /** The cells of a session by its number; session 0 is the current one, negative numbers count back from it. */
  #sessionOf(session: unknown): Past[] {
    if (!isCount(session)) return [];
    const current = this.#files.session;
    const number = session > 0 ? session : current + session;
    return number === current ? this.#own() : this.#files.cellsOf(number);
  }
}

/** The files of a history that is not kept. */
const nothingKept: Pick<SessionFiles, "session" | "add" | "cellsOf" | "all"> = {
  session: 1,
  add: () => {},
  cellsOf: () => [],
  all: () => [],
};

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

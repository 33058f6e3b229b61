import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { log } from "../log.js";

/** A cell of the history. */
export interface Past {
  session: number;
  cell: number;
  source: string;
  /** The text of the cell's result. */
  result: string | null;
}

/** A line of a session's file: a cell's source, or later its result. */
type Line = { cell: number; source: string } | { cell: number; result: string };

/** The most bytes of a line; a longer source is kept only while its kernel lives, a longer result is cut. */
const lineLimit = 1 << 16;

/**
 * The history of all kernels of a user, a file of JSON lines for each session.
 *
 * A session's number is its file's name. The file is made when the session's first cell is kept, and the
 * system makes a name only once, so kernels that run at the same time never share a file. A file is
 * readable by the user only (mode 0600). When a session begins, the oldest files are removed until both limits are
 * kept. Where the folder can't be written to, the history lasts as long as its kernel.
 */
export class SessionFiles {
  readonly #folder: string;
  readonly #sessions: number;
  readonly #bytes: number;
  /** The cells of sessions that were read before, and the size that their file had. */
  readonly #read = new Map<number, { size: number; cells: Past[] }>();
  #own: { number: number; file: number | null } | null = null;
  #lines: string[] = [];

  /**
   * @param options.sessions the most sessions to keep (default 1,000)
   * @param options.bytes the most bytes of all files (default 16 Mi)
   */
  constructor(folder: string, { sessions = 1000, bytes = 16 << 20 } = {}) {
    this.#folder = folder;
    this.#sessions = sessions;
    this.#bytes = bytes;
  }

  /** The number of this session; before its first cell, the number that it would get now. */
  get session(): number {
    return this.#own?.number ?? next(this.#numbers());
  }

  /** Keeps a line of this session; the line is written when the present task is over. */
  add(line: Line): void {
    this.#own ??= this.#begin();
    if (this.#own.file === null) return;
    const json = JSON.stringify("result" in line ? cut(line) : line);
    if (json.length > lineLimit) return;
    if (this.#lines.length === 0) setImmediate(() => this.#write());
    this.#lines.push(`${json}\n`);
  }

  /** The cells of an earlier or another session, by number. */
  cellsOf(session: number): Past[] {
    if (session === this.#own?.number) return [];
    const path = this.#path(session);
    const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    const known = this.#read.get(session);
    if (known?.size === size) return known.cells;
    const cells = size === 0 ? [] : readCells(path, session);
    this.#read.set(session, { size, cells });
    return cells;
  }

  /** The cells of all other sessions, oldest first. */
  all(): Past[] {
    return this.#numbers().flatMap((session) => this.cellsOf(session));
  }

  #begin(): { number: number; file: number | null } {
    let number = 1;
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      this.#removeOldest();
      number = next(this.#numbers());
      for (; ; number++) {
        try {
          return { number, file: openSync(this.#path(number), "ax", 0o600) };
        } catch (error) {
          // Another kernel has taken the number since.
          if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
        }
      }
    } catch (error) {
      log(`the history of this kernel isn't kept: ${(error as Error).message}`);
      return { number, file: null };
    }
  }

  #write(): void {
    const text = this.#lines.join("");
    this.#lines = [];
    if (this.#own === null || this.#own.file === null) return;
    try {
      writeSync(this.#own.file, text);
    } catch (error) {
      log(`the history of this kernel isn't kept any longer: ${(error as Error).message}`);
      closeSync(this.#own.file);
      this.#own.file = null;
    }
  }

  #removeOldest(): void {
    const files = this.#numbers().map((number) => {
      const path = this.#path(number);
      return { path, size: statSync(path, { throwIfNoEntry: false })?.size ?? 0 };
    });
    let bytes = files.reduce((sum, { size }) => sum + size, 0);
    // The newest file stays: it holds the count of the sessions.
    for (let left = files.length; left > 1; left--) {
      if (left < this.#sessions && bytes <= this.#bytes) return;
      const { path, size } = files.shift()!;
      rmSync(path, { force: true });
      bytes -= size;
    }
  }

  /** The numbers of the sessions that have a file, in order. */
  #numbers(): number[] {
    try {
      return readdirSync(this.#folder)
        .flatMap((name) => /^(\d+)\.jsonl$/.exec(name)?.[1] ?? [])
        .map(Number)
        .sort((a, b) => a - b);
    } catch {
      return [];
    }
  }

  #path(session: number): string {
    return join(this.#folder, `${session}.jsonl`);
  }
}

function next(numbers: number[]): number {
  return (numbers.at(-1) ?? 0) + 1;
}

function cut(line: Line): Line {
  if (!("result" in line) || line.result.length < lineLimit / 8) return line;
  return { ...line, result: `${line.result.slice(0, lineLimit / 8)}…` };
}

/** The cells of a file; a line that was cut by a crash is left out. */
function readCells(path: string, session: number): Past[] {
  const cells = new Map<number, Past>();
  for (const json of readText(path).split("\n")) {
    const line = parseLine(json);
    if (line === null) continue;
    if ("source" in line) {
      const { cell, source } = line;
      cells.set(cell, { session, cell, source, result: null });
    } else {
      const past = cells.get(line.cell);
      if (past) past.result = line.result;
    }
  }
  return [...cells.values()].sort((a, b) => a.cell - b.cell);
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return ""; // another kernel has removed it
  }
}

function parseLine(json: string): Line | null {
  try {
    const line = JSON.parse(json) as Record<string, unknown> | null;
    if (typeof line?.cell !== "number") return null;
    const isLine = typeof line.source === "string" || typeof line.result === "string";
    return isLine ? (line as Line) : null;
  } catch {
    return null;
  }
}

import { readFileSync } from "node:fs";
import { basename } from "node:path";
import type { DataFrame } from "danfojs-node";
import { digest } from "../download/verify.js";
import { parseCsv } from "./csv.js";

/** @internal Columns with names, from a file or a DataFrame. */
export interface Table {
  /** What it is called in errors. */
  name: string;
  columns: string[];
  /** Cells, row by row; those of a file are texts. */
  rows: unknown[][];
  /** What a row is called in errors. */
  place: (row: number) => string;
  hash?: string;
}

/**
 * @internal
 * A CSV file whose first line names the columns.
 *
 * @throws Error for a file that can't be read, RangeError for one that isn't a table, naming the line
 */
export function readCsv(path: string): Table {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code === "ENOENT" ? "no such file" : String(cause);
    throw new Error(`cannot read ${path}: ${why} (expected the path of a CSV file)`, { cause });
  }
  const name = basename(path);
  const [head, ...records] = parseCsv(new TextDecoder().decode(bytes));
  if (!head || records.length === 0) {
    throw new RangeError(`invalid CSV: ${name} has no rows (expected a header and rows)`);
  }
  const columns = head.cells;
  checkColumns(columns, `${name}, line ${head.line}`);
  const wrong = records.find(({ cells }) => cells.length !== columns.length);
  if (wrong) {
    throw new RangeError(
      `invalid CSV: ${wrong.cells.length} cells in line ${wrong.line} of ${name} (its header has ${columns.length})`,
    );
  }
  return {
    name,
    columns,
    rows: records.map(({ cells }) => cells),
    place: (row) => `line ${records[row]!.line}`,
    hash: `sha256:${digest("sha256", bytes)}`,
  };
}

/** @internal Whether a value has a DataFrame's columns and rows. */
export function isDataFrame(value: unknown): value is DataFrame {
  const { columns, values, shape } = Object(value) as Partial<DataFrame>;
  return Array.isArray(columns) && Array.isArray(values) && Array.isArray(shape);
}

/** @internal */
export function tableOf(frame: DataFrame): Table {
  const columns = frame.columns.map(String);
  checkColumns(columns, "DataFrame");
  const rows = frame.values as unknown[][];
  if (rows.length === 0) throw new RangeError("invalid DataFrame: it has no rows");
  return { name: "DataFrame", columns, rows, place: (row) => `row ${frame.index[row] ?? row}` };
}

function checkColumns(columns: string[], where: string): void {
  const twice = columns.find((column, i) => columns.indexOf(column) !== i);
  if (twice === undefined) return;
  throw new RangeError(`invalid columns: two are named "${twice}" (${where})`);
}

/**
 * @internal
 * Takes a table apart into the features and the column to predict.
 *
 * @throws RangeError for a column that isn't there, and for a feature that isn't a number, naming its
 *   row and column
 */
export function takeColumns(
  table: Table,
  label: string,
  features = table.columns.filter((column) => column !== label),
): { xs: Float32Array; features: string[]; label: unknown[] } {
  const at = (column: string) => {
    const index = table.columns.indexOf(column);
    if (index >= 0) return index;
    throw new RangeError(
      `invalid column: ${column} (${table.name} has ${table.columns.join(", ")})`,
    );
  };
  const labelAt = at(label);
  const indices = features.map(at);
  if (indices.length === 0) {
    throw new RangeError(`invalid features: none (expected columns of ${table.name})`);
  }
  if (features.includes(label)) {
    throw new RangeError(`invalid features: ${label} among them, which is to be predicted`);
  }
  const { rows } = table;
  const xs = new Float32Array(rows.length * indices.length);
  rows.forEach((row, r) => {
    indices.forEach((index, f) => {
      const value = numberIn(row[index]);
      if (value === undefined) {
        throw new RangeError(
          `invalid number: ${shown(row[index])} in ${table.place(r)}, column ${features[f]} of ${table.name} (expected a finite number; choose columns with features: [...])`,
        );
      }
      xs[r * indices.length + f] = value;
    });
  });
  return { xs, features, label: rows.map((row) => row[labelAt]) };
}

/** @internal A cell's finite number, if it has one. */
export function numberIn(cell: unknown): number | undefined {
  const value = typeof cell === "string" && cell.trim() !== "" ? Number(cell) : cell;
  if (typeof value === "boolean") return Number(value);
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

/** @internal */
export function shown(cell: unknown): string {
  return typeof cell === "string" ? JSON.stringify(cell) : String(cell);
}

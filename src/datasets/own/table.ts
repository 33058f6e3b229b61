import type { DataFrame } from "danfojs-node";
import { readOwnFile } from "#door/datasets/own/ownFile";
import { parseCsv } from "./csv.js";

/** @internal Columns with names, from a file or a DataFrame. */
export interface Table {
  /** The table's name in errors. */
  name: string;
  columns: string[];
  /** The cells, row by row; a file's cells are texts. */
  rows: unknown[][];
  /** A row's name in errors. */
  place: (row: number) => string;
  hash?: string;
}

/**
 * @internal
 * A CSV file whose first line names the columns.
 *
 * @throws Error if the file can't be read, RangeError if it isn't a table; the message names the line
 */
export function readCsv(file: string | Blob): Table {
  const { name, text, sha256 } = readOwnFile(file);
  const [head, ...records] = parseCsv(text);
  if (!head || records.length === 0) {
    throw new RangeError(`invalid CSV: ${name} has no rows (expected a header and rows)`);
  }
  const columns = head.cells;
  checkSeparator(columns, name);
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
    hash: `sha256:${sha256}`,
  };
}

/** Refuses a header that is a single cell and holds a semicolon, a tab or another separator. */
function checkSeparator(columns: readonly string[], name: string): void {
  const [cell = ""] = columns;
  const separator =
    columns.length > 1 ? undefined : separators.find(({ sign }) => cell.includes(sign));
  if (!separator) return;
  throw new RangeError(
    `invalid CSV: ${name} has ${separator.noun} between its cells (expected commas, as in ${cell.split(separator.sign).slice(0, 3).join(",")})`,
  );
}

const separators = [
  { sign: ";", noun: "semicolons" },
  { sign: "\t", noun: "tabs" },
  { sign: "|", noun: "bars" },
];

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
 * @throws RangeError if a column doesn't exist, or if a feature isn't a number; the message names its row
 *   and column
 */
export function takeColumns(
  table: Table,
  label: string,
  features = table.columns.filter((column) => column !== label),
): { xs: Float32Array; features: string[]; label: unknown[] } {
  const indexOf = (column: string) => {
    const index = table.columns.indexOf(column);
    if (index >= 0) return index;
    throw new RangeError(
      `invalid column: ${column} (${table.name} has ${namesInLine(table.columns)})`,
    );
  };
  const labelAt = indexOf(label);
  const indices = features.map(indexOf);
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

/**
 * @internal
 * Names in one line; of many names, the first names and the last.
 *
 * @example
 * namesInLine(["a", "b"]); // "a, b"
 */
export function namesInLine(names: readonly string[], most = 12): string {
  if (names.length <= most) return names.join(", ");
  return `${names.slice(0, most - 2).join(", ")}, … ${names.at(-1)} (${names.length} in all)`;
}

/** @internal A cell's finite number; `undefined` if the cell holds none. */
export function numberIn(cell: unknown): number | undefined {
  const value = typeof cell === "string" && cell.trim() !== "" ? Number(cell) : cell;
  if (typeof value === "boolean") return Number(value);
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

/** @internal */
export function shown(cell: unknown): string {
  return typeof cell === "string" ? JSON.stringify(cell) : String(cell);
}

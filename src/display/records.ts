import { type DataFrameLike, frameTable, shownRows } from "./dataframe.js";
import type { MimeBundle } from "./mime.js";
import { shortNumber } from "./numbers.js";
import { toText } from "./text.js";

type PlainRecord = Record<string, unknown>;

/** The most columns of a table; records with more keys are shown as text. */
const widest = 40;

/**
 * Whether a value is a list of plain objects whose values fit into the cells of a table. Only the rows that would
 * be shown are looked at, so that a list of any length is judged at once.
 */
export function isRecords(value: object): value is PlainRecord[] {
  if (!Array.isArray(value) || value.length === 0) return false;
  const rows = shownRows(value.length).map((row) => (row === null ? {} : value[row]));
  return rows.every(isRecord) && keysOf(rows as PlainRecord[]).length > 0;
}

/** A list of records as a table, as HTML; as text it is what Node's REPL prints. */
export function formatRecords(records: PlainRecord[]): MimeBundle {
  const text = { "text/plain": toText(records) };
  const rows = shownRows(records.length);
  const shown = rows.filter((row) => row !== null);
  const columns = keysOf(shown.map((row) => records[row]!));
  if (columns.length > widest) return text;
  const values: unknown[][] = [];
  for (const row of shown) values[row] = columns.map((column) => records[row]![column]);
  const isNumeric = (column: number) =>
    shown.every((row) => ["number", "bigint", "undefined"].includes(typeof values[row]![column]));
  const frame: DataFrameLike = {
    columns,
    dtypes: columns.map((_, column) => (isNumeric(column) ? "number" : "string")),
    index: Object.assign([], Object.fromEntries(shown.map((row) => [row, row]))),
    shape: [records.length, columns.length],
    values,
    $isSeries: false,
  };
  const caption = `${shortNumber(records.length)} record${records.length === 1 ? "" : "s"}`;
  return { "text/html": frameTable(frame, { caption, types: false })["text/html"], ...text };
}

function isRecord(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  const properties = Object.values(Object.getOwnPropertyDescriptors(value));
  return properties.every((property) => "value" in property && isCell(property.value));
}

function isCell(value: unknown): boolean {
  return value === null || value instanceof Date || !["object", "function"].includes(typeof value);
}

function keysOf(records: PlainRecord[]): string[] {
  return [...new Set(records.flatMap((record) => Object.keys(record)))];
}

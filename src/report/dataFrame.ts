import type { DataFrame } from "danfojs-node";
import { checkInteger, checkOptions } from "../arguments/index.js";
import { type FrameStyle, styleSymbol } from "../display/index.js";
import { danfo } from "../tensorflow/index.js";
import { Frame } from "./frame.js";

/** Options of {@link dataFrame}: how the table looks. */
export type DataFrameOptions = FrameStyle;

/**
 * A danfo DataFrame from rows, one object a row. The DataFrame shows itself as a table, and can be
 * filtered, joined, plotted and written to CSV as danfo.js describes (https://danfo.jsdata.org). The table has no
 * index and no types; a frame that danfo.js makes of it has both.
 *
 * danfo.js is loaded at the first call, which takes about a second. Where there is none, as in a browser's tab, the table has
 * danfo's `columns`, `values`, `index`, `shape`, `dtypes` and `tensor`, and of its methods `head`, `tail`, `column`, `at`, `loc`,
 * `query`, `sortValues` and `print`; the others refuse themselves.
 *
 * @param rows Objects with the same keys: the columns, in the first row's order.
 * @throws RangeError if there is no row, if a row lacks a column or has one more than the first, or if a column
 *   has a name that danfo.js needs itself, such as `values`, or if an option names no column; TypeError if a row isn't
 *   an object.
 *
 * @example
 * const table = q.dataFrame([{ bits: 2, codes: 4 }, { bits: 3, codes: 8 }]);
 * table.shape; // [ 2, 2 ]
 * @example
 * const rows = [{ method: "PTQ", "accuracy (%)": "84.0 ± 2.5" }, { method: "QAT", "accuracy (%)": "92.7 ± 1.4" }];
 * q.dataFrame(rows, { best: { "accuracy (%)": "high" } }).shape; // [ 2, 2 ] (the second value is bold)
 */
export function dataFrame(
  rows: readonly Record<string, number | string | boolean>[],
  options: DataFrameOptions = {},
): DataFrame {
  checkOptions<DataFrameOptions>("q.dataFrame", options, {
    caption: true,
    digits: true,
    best: true,
  });
  const wrong = Array.isArray(rows) ? rows.find((row) => !isRow(row)) : rows;
  if (wrong !== undefined || !rows) {
    throw new TypeError(
      `invalid rows: ${String(wrong)} (expected objects with columns, as in q.dataFrame([{ bits: 2, codes: 4 }]))`,
    );
  }
  const first = rows[0];
  if (!first) throw new RangeError("invalid rows: none (a DataFrame takes at least one)");
  const columns = Object.keys(first);
  const taken = columns.find((column) => reserved.includes(column));
  if (taken !== undefined) {
    throw new RangeError(
      `invalid column: ${taken} (danfo.js keeps a DataFrame's own ${taken} there; expected another name)`,
    );
  }
  rows.forEach((row, i) => {
    const missing = columns.find((column) => row[column] === undefined);
    if (missing !== undefined) {
      throw new RangeError(
        `invalid row ${i}: no column ${missing} (row 0 has ${columns.join(", ")})`,
      );
    }
    const extra = Object.keys(row).find((column) => !columns.includes(column));
    if (extra !== undefined) {
      throw new RangeError(
        `invalid row ${i}: unknown column ${extra} (row 0 has ${columns.join(", ")})`,
      );
    }
  });
  checkStyle(options, columns);
  const { DataFrame: Table = Frame as unknown as typeof DataFrame } = danfo() ?? {};
  const frame = new Table(
    rows.map((row) => columns.map((column) => row[column]!)),
    { columns },
  );
  Object.defineProperty(frame, styleSymbol, { value: options });
  return frame;
}

function checkStyle({ digits, best }: DataFrameOptions, columns: string[]): void {
  const named = typeof digits === "object" ? digits : {};
  for (const column of [
    ...Object.keys(named),
    ...Object.keys(typeof best === "object" ? best : {}),
  ]) {
    if (!columns.includes(column)) {
      throw new RangeError(`invalid column: ${column} (expected one of ${columns.join(", ")})`);
    }
  }
  for (const each of typeof digits === "number" ? [digits] : Object.values(named)) {
    checkInteger("digits", each, { from: 0, to: 15 });
  }
}

/**
 * Properties of a DataFrame that danfo.js and our tables read; a column of that name would replace the
 * property.
 */
const reserved = ["values", "index", "columns", "shape", "dtypes"];

function isRow(row: unknown): boolean {
  return typeof row === "object" && row !== null && Object.keys(row).length > 0;
}

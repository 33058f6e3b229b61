import type { DataFrame } from "danfojs-node";
import { danfo } from "../tensorflow/index.js";

/**
 * A danfo DataFrame from rows, one object a row. It shows itself as a table, and can be filtered,
 * joined, plotted and written to CSV like any other (https://danfo.jsdata.org).
 *
 * danfo.js is loaded at the first call, which takes about a second.
 *
 * @param rows Objects with the same keys: the columns, in the first row's order.
 * @throws RangeError when there is no row, or a row lacks a column has another one, or one that
 *   danfo.js needs itself, such as `values`; TypeError for rows that aren't objects.
 *
 * @example
 * const table = q.dataFrame([{ bits: 2, codes: 4 }, { bits: 3, codes: 8 }]);
 * table.shape; // [ 2, 2 ]
 */
export function dataFrame(rows: readonly Record<string, number | string | boolean>[]): DataFrame {
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
        `invalid row ${i}: another column ${extra} (row 0 has ${columns.join(", ")})`,
      );
    }
  });
  return new (danfo().DataFrame)(
    rows.map((row) => columns.map((column) => row[column]!)),
    { columns },
  );
}

/** What danfo.js and a table need of a DataFrame; a column of the name would take its place. */
const reserved = ["values", "index", "columns", "shape", "dtypes"];

function isRow(row: unknown): boolean {
  return typeof row === "object" && row !== null && Object.keys(row).length > 0;
}

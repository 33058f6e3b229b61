/** @internal A record of a CSV file, and the line that it begins in, counted from 1. */
export interface CsvRecord {
  line: number;
  cells: string[];
}

/**
 * @internal
 * The records of a CSV text (RFC 4180): commas between cells, and quotation marks around cells that hold
 * commas, line breaks or (doubled) quotation marks. Empty lines are left out.
 *
 * @throws RangeError if a quotation mark doesn't enclose a whole cell; the message names its line
 */
export function parseCsv(text: string): CsvRecord[] {
  const records: CsvRecord[] = [];
  // A cell, quoted (spaces around the quotation marks don't count) or plain, and the comma or line break
  // after it.
  const cell = /(?:[ \t]*"((?:[^"]|"")*)"[ \t]*|([^",\r\n]*))(,|\r?\n|\r|$)/y;
  let line = 1;
  let record: CsvRecord = { line, cells: [] };
  cell.lastIndex = text.startsWith("\ufeff") ? 1 : 0;
  while (cell.lastIndex < text.length || record.cells.length > 0) {
    const match = cell.exec(text);
    if (!match) {
      throw new RangeError(
        `invalid CSV: a quotation mark in line ${line} that doesn't enclose a cell (expected "…" around the whole cell, doubled inside)`,
      );
    }
    const [whole, quoted, plain, end] = match;
    record.cells.push(quoted === undefined ? plain!.trim() : quoted.replaceAll('""', '"'));
    line += whole.match(/\r?\n|\r/g)?.length ?? 0;
    if (end === ",") continue;
    if (record.cells.length > 1 || record.cells[0] !== "") records.push(record);
    record = { line, cells: [] };
  }
  return records;
}

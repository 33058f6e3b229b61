import type { MimeBundle } from "./mime.js";
import { shortNumber } from "./numbers.js";
import { type Row, type StrongCell, table } from "./table.js";

/**
 * The parts of danfo.js's DataFrame and Series that are used here. They are recognised by their properties,
 * so danfo isn't loaded.
 */
export interface DataFrameLike {
  columns: string[];
  dtypes: string[];
  index: (string | number)[];
  shape: number[];
  values: unknown[] | unknown[][];
  $isSeries: boolean;
  [styleSymbol]?: FrameStyle;
}

/** The key under which a DataFrame says that it is a table for a reader. */
export const styleSymbol = Symbol.for("qatlab.table");

/** How a table for a reader looks: it has no types and no index, and its best values are bold. */
export interface FrameStyle {
  /** A line above the table. Default: none, or the number of rows where some are left out. */
  caption?: string;
  /**
   * Digits after the decimal point: for each column by its name, or one number for all columns with a fraction. Default:
   * one for percentages, points and decibels, `accuracy (%)`; for all others as many as four significant digits of the
   * column's largest number take.
   */
  digits?: number | Record<string, number>;
  /**
   * The columns whose best value is bold, and whether the highest or the lowest is best; `"high"` or `"low"` alone means
   * every column of numbers.
   */
  best?: "high" | "low" | Record<string, "high" | "low">;
}

export function isDataFrame(value: object): value is DataFrameLike {
  const frame = value as Partial<DataFrameLike>;
  return (
    typeof frame.$isSeries === "boolean" &&
    Array.isArray(frame.columns) &&
    Array.isArray(frame.dtypes) &&
    Array.isArray(frame.index) &&
    Array.isArray(frame.shape)
  );
}

/**
 * How many rows are shown from the top and from the end of a long table, and how many columns from either
 * side.
 */
const [head, tail, sides] = [10, 5, 10];

/**
 * A DataFrame or Series as a table: shape on top, first and last rows, types under the names,
 * numbers at the right with one precision a column.
 */
export function formatDataFrame(frame: DataFrameLike): MimeBundle {
  const [rowCount = 0, columnCount = 1] = frame.shape;
  const style = frame[styleSymbol];
  if (style) {
    const long = rowCount > head + tail + 1 ? count(rowCount, "row") : "";
    return frameTable(frame, { caption: style.caption ?? long, types: false, style });
  }
  const caption = frame.$isSeries
    ? `Series: ${count(rowCount, "value")}`
    : `DataFrame: ${count(rowCount, "row")} × ${count(columnCount, "column")}`;
  return frameTable(frame, { caption, types: true });
}

/** The indices of the rows that are shown of `length` rows, with `null` where rows are left out. */
export function shownRows(length: number): (number | null)[] {
  return pick(length, head, tail);
}

/** The table of a frame; `types` stand under the names, and a table with a style has no index. */
export function frameTable(
  frame: DataFrameLike,
  { caption, types, style }: { caption: string; types: boolean; style?: FrameStyle },
): MimeBundle {
  const [rowCount = 0, columnCount = 1] = frame.shape;
  const cellAt = (row: number, column: number) =>
    frame.$isSeries ? frame.values[row] : (frame.values[row] as unknown[] | undefined)?.[column];
  const rowIndices = shownRows(rowCount);
  const columnIndices = pick(frame.$isSeries ? 1 : columnCount, sides, sides);

  const hasIntervals = (column: number) =>
    rowIndices.every((row) => row === null || isInterval(cellAt(row, column)));
  const columns = columnIndices.map((c) => {
    const name = c === null ? "…" : String(frame.columns[c]);
    const numbers = c === null ? [] : shownNumbers(rowIndices, c, cellAt);
    const printed = c === null ? () => "…" : printer(numbers, digitsOf(name, numbers, style));
    const direction = typeof style?.best === "string" ? style.best : style?.best?.[name];
    const asked = typeof style?.best !== "string" || (c !== null && isNumeric(frame.dtypes[c]));
    const best = c === null || !asked ? undefined : bestOf(rowIndices, c, cellAt, direction);
    return {
      name,
      note: c === null || !types ? "" : String(frame.dtypes[c] ?? ""),
      align:
        c !== null && (isNumeric(frame.dtypes[c]) || best !== undefined || hasIntervals(c))
          ? ("right" as const)
          : ("left" as const),
      text: (row: number): string | StrongCell => {
        if (c === null) return "…";
        const text = printed(cellAt(row, c));
        return best !== undefined && leading(cellAt(row, c)) === best ? { strong: text } : text;
      },
    };
  });
  const rows: Row[] = rowIndices.map((row) =>
    row === null
      ? null
      : [
          ...(style ? [] : [String(frame.index[row])]),
          ...columns.map((column) => column.text(row)),
        ],
  );
  return table([...(style ? [] : [{ name: "" }]), ...columns], rows, { caption });
}

/** The digits that a style asks for: a number for all columns means those with a fraction. */
function digitsOf(name: string, numbers: number[], style?: FrameStyle): number | undefined {
  const { digits } = style ?? {};
  const asked = typeof digits === "object" ? digits[name] : undefined;
  if (typeof digits !== "number") return asked ?? (style && digitsOfUnit(name, numbers));
  return numbers.every(Number.isInteger) ? undefined : digits;
}

/**
 * Percentages, points and decibels have one digit behind the point, as long as that is not none of a column whose values
 * are all small: there two digits of the largest.
 */
function digitsOfUnit(name: string, numbers: number[]): number | undefined {
  if (!/\((%|points|dB)\)$/.test(name) || numbers.every(Number.isInteger)) return undefined;
  const largest = Math.max(...numbers.map(Math.abs));
  return Math.min(6, Math.max(1, 1 - Math.floor(Math.log10(largest))));
}

/** The best value of a column, or of the means that its cells begin with. */
function bestOf(
  rows: (number | null)[],
  column: number,
  cellAt: (row: number, column: number) => unknown,
  direction: "high" | "low" | undefined,
): number | undefined {
  if (!direction) return undefined;
  const cells = rows.flatMap((row) => (row === null ? [] : [leading(cellAt(row, column))]));
  const numbers = cells.filter(Number.isFinite);
  if (numbers.length < 2) return undefined;
  return direction === "high" ? Math.max(...numbers) : Math.min(...numbers);
}

/** A number, or the one that a text such as `92.1 ± 0.8` begins with. */
function leading(cell: unknown): number {
  return typeof cell === "number" ? cell : Number.parseFloat(String(cell).replace("−", "-"));
}

/** The first `first` and the last `last` indices, with `null` in between if some are left out. */
function pick(length: number, first: number, last: number): (number | null)[] {
  const all = Array.from({ length: Math.min(length, first + last + 1) }, (_, i) => i);
  if (length <= first + last + 1) return all;
  const end = Array.from({ length: last }, (_, i) => length - last + i);
  return [...all.slice(0, first), null, ...end];
}

function shownNumbers(
  rows: (number | null)[],
  column: number,
  cellAt: (row: number, column: number) => unknown,
): number[] {
  const cells = rows.flatMap((row) => (row === null ? [] : [cellAt(row, column)]));
  return cells.filter((cell) => typeof cell === "number" && Number.isFinite(cell)) as number[];
}

/**
 * A printer with one precision for a column: as many decimals as the largest shown number needs for four
 * digits, or fewer if no number has that many. If a number other than zero would be printed as zero, each
 * number is printed with four digits instead.
 */
function printer(numbers: number[], digits?: number): (cell: unknown) => string {
  const largest = numbers.reduce((most, number) => Math.max(most, Math.abs(number)), 0);
  const extreme = largest >= 1e7 || (largest > 0 && largest < 1e-3);
  const most = largest > 0 ? Math.max(0, 3 - Math.floor(Math.log10(largest))) : 0;
  const decimals = numbers.reduce((all, number) => Math.max(all, decimalsOf(number, most)), 0);
  const vanishes = numbers.some((number) => number !== 0 && Number(number.toFixed(most)) === 0);
  return (cell) => {
    if (cell === null || cell === undefined) return "–";
    if (typeof cell !== "number") return oneLine(String(cell));
    if (digits !== undefined && Number.isFinite(cell)) {
      const text = cell.toFixed(digits);
      return text.replace("-", Number(text) === 0 ? "" : "−");
    }
    if (!Number.isFinite(cell) || decimals === 0 || extreme || vanishes) return shortNumber(cell);
    return cell.toFixed(decimals).replace("-", "−");
  };
}

/** The number of decimals of a number that is rounded to `most` decimals, without zeros at the end. */
function decimalsOf(number: number, most: number): number {
  return Number.isFinite(number)
    ? (String(Number(number.toFixed(Math.min(most, 20)))).split(".")[1]?.length ?? 0)
    : 0;
}

/** Whether a text is a number, perhaps with its interval: `92.1 ± 0.8`, `92.1 (91.0 to 93.2)`, `< 0.001`. */
function isInterval(cell: unknown): boolean {
  return (
    typeof cell === "string" && /^(< )?[−-]?[\d.,]+( ± [\d.,]+| \([^()]+ to [^()]+\))?$/.test(cell)
  );
}

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
}

function isNumeric(dtype: string | undefined): boolean {
  return dtype !== undefined && /^(u?int|float|number)/.test(dtype);
}

function count(n: number, noun: string): string {
  return `${shortNumber(n)} ${noun}${n === 1 ? "" : "s"}`;
}

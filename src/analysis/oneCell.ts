import { median } from "d3-array";
import type { Row } from "./result.js";

/** The rows of a result as a reader sees them. */
export interface ShownRows {
  rows: Row[];
  /** Whether a cell has an interval in it. */
  intervals: boolean;
}

/**
 * @internal
 * A table for a reader: a value, and the two columns behind it that are the ends of its interval, share a cell, as in
 * `96.8 ± 1.4` where every interval of the column is as long on either side, and `96.8 (95.1 to 98.0)` elsewhere.
 */
export function inOneCell(rows: readonly Row[]): ShownRows {
  const columns = Object.keys(rows[0] ?? {});
  const shown: Row[] = rows.map(() => ({}));
  let intervals = false;
  for (let i = 0; i < columns.length; i++) {
    const [column, low, high] = columns.slice(i, i + 3) as [string, string, string];
    const isInterval = /(^| )low\b/.test(low ?? "") && /(^| )high\b/.test(high ?? "");
    const cells = isInterval ? intervalCells(rows, [column, low, high]) : undefined;
    const plain = rows.map((row) => row[column]!);
    const values = cells ?? (column === "p" ? plain.map(probability) : plain);
    for (const [k, value] of values.entries()) shown[k]![column] = value;
    if (cells) [intervals, i] = [true, i + 2];
  }
  return { rows: shown, intervals };
}

function intervalCells(rows: readonly Row[], columns: [string, string, string]) {
  const cells = rows.map((row) => columns.map((column) => row[column]) as number[]);
  const reaches = cells.flatMap(([value, low, high]) => [high! - value!, value! - low!]);
  const usual = median(reaches.filter((reach) => Number.isFinite(reach) && reach > 0));
  // Two digits of the usual reach; percentages have one behind the point at least.
  const exact = usual === undefined ? 1 : 1 - Math.floor(Math.log10(usual));
  const digits = Math.min(6, Math.max(hasUnit(columns[0]) ? 1 : 0, exact));
  const write = (value: number) => {
    const text = value.toFixed(digits);
    return text.replace("-", Number(text) === 0 ? "" : "−");
  };
  const even = cells.every(([value, low, high]) => write(high! - value!) === write(value! - low!));
  return cells.map(([value, low, high]) =>
    even
      ? `${write(value!)} ± ${write(high! - value!)}`
      : `${write(value!)} (${write(low!)} to ${write(high!)})`,
  );
}

/** A p-value as a comparison of a study writes it. */
function probability(p: number | string): number | string {
  if (typeof p === "string") return p;
  return p < 0.001 ? "< 0.001" : p.toFixed(3);
}

const hasUnit = (column: string) => /\((%|points|dB)\)$/.test(column);

import { checkOptions } from "../arguments/index.js";
import type { Dataset } from "../datasets/index.js";
import { displaySymbol, type MimeBundle, table } from "../display/index.js";
import { duplicates } from "./duplicates.js";
import { checkSameShape } from "./parts.js";

/** One check of data. */
export type DataCheckRow = { check: string; result: "ok" | "look"; found: string };

/** Options of {@link checkData}. */
export interface CheckDataOptions {
  /** How far apart near duplicates may be, as in {@link duplicates}; 0 looks for exact ones only. Default 0. */
  near?: number;
}

/**
 * The checks of data, which show themselves as a table.
 *
 * @example
 * const checks: q.provenance.DataChecks = q.provenance.checkData({ train, test });
 * checks.rows.length; // 5
 */
export class DataChecks {
  readonly rows: readonly DataCheckRow[];

  /** @internal */
  constructor(rows: readonly DataCheckRow[]) {
    this.rows = rows;
  }

  /** Whether nothing was found that a person should look at. */
  get ok(): boolean {
    return this.rows.every(({ result }) => result === "ok");
  }

  /**
   * The findings in a sentence.
   *
   * @example
   * String(q.provenance.checkData({ train, calibration: train.take(5) })).slice(0, 8); // "look at:"
   */
  toString(): string {
    const found = this.rows.filter(({ result }) => result === "look");
    if (found.length === 0) return `${this.rows.length} checks, nothing to look at`;
    return `look at: ${found.map((row) => `${row.check} (${row.found})`).join("; ")}`;
  }

  [displaySymbol](): MimeBundle {
    const columns = [{ name: "check" }, { name: "result" }, { name: "found" }];
    const rows = this.rows.map(({ check, result, found }) => [
      check,
      result === "look" ? { strong: result } : result,
      found,
    ]);
    return table(columns, rows, { caption: this.toString() });
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return String(this[displaySymbol]()["text/plain"]);
  }
}

/**
 * Checks data before they are trained and calibrated on: values that aren't finite, features that never change, classes
 * that a part lacks (an activation that only such a class makes has no place in a calibrated range), shares of classes that
 * differ between parts, and examples that parts have in common.
 *
 * @param parts the parts by name, as in `{ train, calibration, test }`
 * @throws TypeError or RangeError if a part isn't a data set, or has examples of another shape
 * @example
 * const { rows } = q.provenance.checkData({ train, calibration: train.take(12), test });
 * rows.find(({ check }) => check === "classes")!.found; // "calibration lacks classes 1, 2"
 */
export function checkData(
  parts: Readonly<Record<string, Dataset>>,
  options: CheckDataOptions = {},
): DataChecks {
  checkOptions<CheckDataOptions>("q.provenance.checkData", options, { near: true });
  const { near = 0 } = options;
  const entries = checkSameShape(parts);
  const row = (check: string, problems: string[], fine: string): DataCheckRow => ({
    check,
    result: problems.length > 0 ? "look" : "ok",
    found: problems.length > 0 ? problems.join("; ") : fine,
  });
  const broken = entries.flatMap(([name, data]) => {
    const count = data.xs.dataSync().filter((value: number) => !Number.isFinite(value)).length;
    return count > 0 ? [`${name}: ${count}`] : [];
  });
  const rows = [
    row("values that aren't finite", broken, "none"),
    row("features that never change", constant(entries), "none"),
    row("classes", missing(entries), "each part has all"),
    row("shares of classes", uneven(entries), "alike in all parts"),
  ];
  if (broken.length > 0) {
    return new DataChecks([...rows, row("duplicates", ["not looked for among broken values"], "")]);
  }
  const found = duplicates(parts, { near });
  const pairs = entries.flatMap(([one], i) =>
    entries.slice(i).flatMap(([other]) => {
      const count = found.between(one, other).length;
      return count > 0
        ? [`${one === other ? `within ${one}` : `${one} and ${other}`}: ${count}`]
        : [];
    }),
  );
  return new DataChecks([...rows, row("duplicates", pairs, "none")]);
}

/** The features, by number, that have one value in all examples of all parts. */
function constant(entries: readonly [string, Dataset][]): string[] {
  const each = entries[0]![1].xs.size / entries[0]![1].size;
  const first = entries[0]![1].xs.dataSync().slice(0, each);
  const changes = new Uint8Array(each);
  for (const [, { xs }] of entries) {
    xs.dataSync().forEach((value: number, i: number) => {
      if (value !== first[i % each]) changes[i % each] = 1;
    });
  }
  const found = [...changes.keys()].filter((i) => changes[i] === 0);
  if (found.length === 0) return [];
  const shown = found.slice(0, 6).join(", ");
  return [`${found.length} of ${each}: ${shown}${found.length > 6 ? ", …" : ""}`];
}

function missing(entries: readonly [string, Dataset][]): string[] {
  return entries.flatMap(([name, data]) => {
    const counts = countsOf(data);
    const lacks = [...counts.keys()].filter((c) => counts[c] === 0);
    if (lacks.length === 0) return [];
    const words = lacks.map((c) => data.labels?.[c] ?? c).join(", ");
    return [`${name} lacks class${lacks.length > 1 ? "es" : ""} ${words}`];
  });
}

/** Parts whose shares of classes differ from the first part's by more than chance: a χ² statistic above its 99.9th percentile. */
function uneven(entries: readonly [string, Dataset][]): string[] {
  const [[firstName, first], ...others] = entries as [[string, Dataset], ...[string, Dataset][]];
  const base = countsOf(first);
  return others.flatMap(([name, data]) => {
    const counts = countsOf(data);
    if (counts.length !== base.length || counts.length < 2) return [];
    const total = first.size + data.size;
    let [chi, degrees] = [0, -1];
    counts.forEach((count, c) => {
      const both = count + base[c]!;
      if (both === 0) return;
      degrees++;
      for (const [observed, size] of [
        [count, data.size],
        [base[c]!, first.size],
      ] as const) {
        const expected = (both * size) / total;
        chi += (observed - expected) ** 2 / expected;
      }
    });
    // Wilson and Hilferty's approximation of the percentile, 1931.
    const k = Math.max(1, degrees);
    const limit = k * (1 - 2 / (9 * k) + 3.0902 * Math.sqrt(2 / (9 * k))) ** 3;
    return chi > limit
      ? [
          `${name} has other shares than ${firstName} (χ² ${chi.toFixed(0)}, by chance below ${limit.toFixed(0)})`,
        ]
      : [];
  });
}

function countsOf({ classes, ys }: Dataset): number[] {
  const counts = new Array<number>(classes).fill(0);
  if (classes > 0) for (const label of ys.dataSync()) counts[label]!++;
  return counts;
}

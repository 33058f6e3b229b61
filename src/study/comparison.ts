import type { DataFrame } from "danfojs-node";
import { complaint, nearest } from "../arguments/index.js";
import { display, displaySymbol, FigureResult, type MimeBundle, table } from "../display/index.js";
import type { Figure } from "../plot/index.js";
import { dataFrame } from "../report/index.js";
import { type Difference, holm } from "../statistics/index.js";
import { forest, isShown } from "./forest.js";

/** A paired difference between two measures in one setting, or between two settings. */
export interface ComparisonRow extends Difference {
  /** The setting of both measures; empty in a study without settings, and where settings are compared. */
  setting: string;
  /** `"QAT − PTQ"`. */
  compared: string;
  /** The p-value, corrected for all rows of the comparison (Holm). */
  corrected: number;
}

/** How a comparison is written. */
interface Form {
  unit: string;
  digits: number;
  title: string;
  guesses?: Readonly<Record<string, number | undefined>>;
  /** Whether each row compares its setting with one and the same, which the title names. */
  against?: boolean;
}

/** The least number of rows that a figure makes clearer than the table does. */
const fewest = 3;

/**
 * Paired differences, corrected for looking at all of them. The comparison shows itself as a table, from three rows on
 * below a figure of the differences with their intervals.
 *
 * @example
 * study.compare([["QAT", "PTQ"]]).rows[1].mean.toFixed(2); // "8.67"
 */
export class Comparison extends FigureResult {
  /** One row for each pair and setting. */
  readonly rows: readonly ComparisonRow[];
  readonly #form: Form;

  /** @internal */
  constructor(rows: readonly Omit<ComparisonRow, "corrected">[], form: Form) {
    super();
    const corrected = holm(rows.map(({ p }) => p));
    this.rows = rows.map((row, i) => ({ ...row, corrected: corrected[i]! }));
    this.#form = form;
  }

  /**
   * The rows whose differences are shown: at least 95 in 100 such comparisons have no false one among them.
   *
   * @example
   * study.compare([["QAT", "PTQ"]]).shown.map((row) => row.setting); // [ "W2A2" ]
   */
  get shown(): readonly ComparisonRow[] {
    return this.rows.filter(isShown);
  }

  /**
   * The row of a setting, or of a pair of measures.
   *
   * @param name a row's `setting` or `compared`, whichever no other row has; else both, as in `"W2A2: QAT − PTQ"`
   * @throws RangeError if no row or several have that name
   * @example
   * study.compare([["QAT", "PTQ"]]).row("W2A2").mean.toFixed(2); // "8.67"
   */
  row(name: string): ComparisonRow {
    const found = this.rows.filter((row) => row.setting === name || row.compared === name);
    if (found.length === 1) return found[0]!;
    const known = this.#names();
    const at = known.indexOf(name);
    if (at >= 0) return this.rows[at]!;
    const expected = known.join(", ");
    throw new RangeError(
      complaint({ name: "row", value: name, expected, meant: nearest(name, known) }),
    );
  }

  /** The rows as a danfo DataFrame. */
  get table(): DataFrame {
    return dataFrame(
      this.rows.map(({ setting, compared, mean, low, high, p, corrected, detectable, n }) => ({
        ...(setting && { setting }),
        ...{ compared, mean, low, high, p, corrected, detectable, n },
      })),
    );
  }

  /** The differences with their intervals, a row each. */
  override get figure(): Figure {
    const names = this.#names();
    const { unit, title, guesses = {} } = this.#form;
    return forest(
      this.rows.map((row, i) => ({ ...row, name: names[i]! })),
      { title: `${title}, ${this.rows[0]?.n ?? 0} seeds`, unit, guesses },
    );
  }

  /** Shows the figure if there are enough rows for one, and returns the table. */
  override [displaySymbol](): MimeBundle {
    if (this.rows.length >= fewest) display(this.figure);
    return this.below();
  }

  /** @internal */
  override below(): MimeBundle {
    const { digits, unit, title, against = false } = this.#form;
    const settings = this.rows.some(({ setting }) => setting !== "");
    const [first] = this.rows;
    // One pair in all settings stands above the table, since it says nothing within it.
    const pair = this.rows.every(({ compared }) => compared === first?.compared);
    const named = !against && !(settings && pair);
    const caption = against ? title : named ? "Paired differences" : `${first?.compared}, paired`;
    const write = (value: number) => signed(value.toFixed(digits));
    const right = { align: "right" as const };
    return table(
      [
        ...(settings ? [{ name: "setting" }] : []),
        ...(named ? [{ name: "compared" }] : []),
        { name: "difference", note: unit, ...right },
        { name: "95 % interval", note: unit, ...right },
        { name: "p, Holm", ...right },
        { name: "what is shown" },
      ],
      this.rows.map((row) => [
        ...(settings ? [row.setting] : []),
        ...(named ? [row.compared] : []),
        write(row.mean),
        `${write(row.low)} to ${write(row.high)}`,
        row.corrected < 0.001 ? "< 0.001" : row.corrected.toFixed(3),
        isShown(row)
          ? { strong: "a difference" }
          : `nothing; below ${write(row.detectable)} nothing could be`,
      ]),
      { caption: `${caption}, ${first?.n ?? 0} seeds` },
    );
  }

  /**
   * The table as text.
   *
   * @example
   * String(study.compare([["QAT", "PTQ"]])).split("\n")[0]; // "Paired differences, 3 seeds"
   */
  override toString(): string {
    return String(this.below()["text/plain"]);
  }

  /** The names that tell the rows apart: settings, or the compared measures, or both. */
  #names(): string[] {
    const differ = (key: "setting" | "compared") =>
      new Set(this.rows.map((row) => row[key])).size > 1;
    const settings = differ("setting");
    const pairs = differ("compared") && !this.#form.against;
    return this.rows.map(({ setting, compared }) => {
      if (settings && pairs) return `${setting}: ${compared}`;
      return settings ? setting : compared;
    });
  }
}

/** A number's text with a true minus sign, and without one before zero. */
function signed(text: string): string {
  return text.replace("-", Number(text) === 0 ? "" : "−");
}

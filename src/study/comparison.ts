import type { DataFrame } from "danfojs-node";
import { type Displayable, displaySymbol, type MimeBundle, table } from "../display/index.js";
import { dataFrame } from "../report/index.js";
import type { Difference } from "../statistics/index.js";

/** A paired difference between two measures in one setting. */
export interface ComparisonRow extends Difference {
  /** Empty in a study without settings. */
  setting: string;
  /** `"QAT − PTQ"`. */
  compared: string;
  /** The p-value, corrected for all rows of the comparison (Holm). */
  corrected: number;
}

/**
 * Paired differences, corrected for looking at all of them. The comparison shows itself as a table.
 *
 * @example
 * study.compare([["QAT", "PTQ"]]).rows[1].mean.toFixed(2); // "8.67"
 */
export class Comparison implements Displayable {
  /** @internal */
  constructor(
    /** One row for each pair and setting. */
    readonly rows: readonly ComparisonRow[],
    private readonly unit: string,
    private readonly digits: number,
  ) {}

  /** The rows as a danfo DataFrame. */
  get table(): DataFrame {
    return dataFrame(
      this.rows.map(({ setting, compared, mean, low, high, p, corrected, detectable, n }) => ({
        ...(setting && { setting }),
        ...{ compared, mean, low, high, p, corrected, detectable, n },
      })),
    );
  }

  [displaySymbol](): MimeBundle {
    const { digits, unit } = this;
    const settings = this.rows.some(({ setting }) => setting !== "");
    const write = (value: number) => value.toFixed(digits);
    const right = { align: "right" as const };
    return table(
      [
        ...(settings ? [{ name: "setting" }] : []),
        { name: "compared" },
        { name: "difference", note: unit, ...right },
        { name: "95 % interval", note: unit, ...right },
        { name: "p, Holm", ...right },
        { name: "what is shown" },
      ],
      this.rows.map((row) => [
        ...(settings ? [row.setting] : []),
        row.compared,
        write(row.mean),
        `${write(row.low)} to ${write(row.high)}`,
        row.corrected < 0.001 ? "< 0.001" : row.corrected.toFixed(3),
        row.corrected <= 0.05
          ? { strong: "a difference" }
          : `nothing; below ${write(row.detectable)} nothing could be`,
      ]),
      { caption: `Paired differences, ${this.rows[0]?.n ?? 0} seeds` },
    );
  }

  /**
   * The table as text.
   *
   * @example
   * String(study.compare([["QAT", "PTQ"]])).split("\n")[0]; // "Paired differences, 3 seeds"
   */
  toString(): string {
    return String(this[displaySymbol]()["text/plain"]);
  }
}

import type { DataFrame } from "danfojs-node";
import { checkOptions, complaint, nearest } from "../arguments/index.js";
import { FigureResult, type MimeBundle, table } from "../display/index.js";
import { checkFile, writeWholeFile } from "../export/index.js";
import type { Figure } from "../plot/index.js";
import { dataFrame } from "../report/index.js";
import {
  type Difference,
  type Interval,
  interval,
  mean,
  pairedDifference,
} from "../statistics/index.js";
import { Comparison } from "./comparison.js";
import { studyFigure, valuesOf } from "./figure.js";
import { meansOf } from "./means.js";
import type { AgainstOptions, StudyPlan } from "./options.js";
import type { StudyRow } from "./rows.js";
import { cellText, toCsv, toLatex, toMarkdown } from "./text.js";

/** The unit of a measured value and the digits that it is written with, as `q.claim` takes them. */
export interface MeasuredForm {
  unit: string;
  digits: number;
}

/**
 * The measures of a study: one row for each seed and setting. The result shows itself as a figure and a table of means
 * with their 95 % intervals.
 * @example
 * study.measures; // [ "PTQ", "QAT" ]
 */
export class Study<M extends string = string, T = unknown> extends FigureResult {
  /** @internal */
  constructor(
    private readonly plan: StudyPlan<any, any>,
    /** One row for each run: its seed, its setting, and what it measured. */
    readonly rows: readonly StudyRow<M>[],
    /** The values of `shared`, by seed, with `keepShared: true`; else empty. */
    readonly shared: ReadonlyMap<number, T>,
  ) {
    super();
  }

  /** The names of the settings; `[""]` in a study without settings. */
  get settings(): readonly string[] {
    return this.plan.names;
  }

  /** The names of what was measured. */
  get measures(): M[] {
    return Object.keys(this.rows[0]!).filter(
      (name) => name !== "seed" && name !== "setting",
    ) as M[];
  }

  /**
   * The values of a measure, one for each seed, in the order of the seeds.
   *
   * @param setting may be left out in a study without settings
   * @throws RangeError if there is no such measure or setting
   * @example
   * study.values("PTQ", "W2A2"); // [ 83, 84, 85 ]
   */
  values(measure: M, setting = ""): number[] {
    this.check(measure, setting);
    return valuesOf(this.rows, measure, setting);
  }

  /**
   * The mean of a measure over the seeds.
   *
   * @example
   * study.mean("PTQ", "W2A2"); // 84
   */
  mean(measure: M, setting = ""): number {
    return mean(this.values(measure, setting));
  }

  /**
   * The mean of a measure with its 95 % interval. At least two seeds are needed.
   *
   * @example
   * study.interval("PTQ", "W2A2").high.toFixed(2); // "86.48"
   */
  interval(measure: M, setting = ""): Interval & MeasuredForm {
    const { unit, digits } = this.plan;
    return { ...interval(this.values(measure, setting)), unit, digits };
  }

  /**
   * The mean of the paired differences of two measures, `a − b` at each seed. At least two seeds are needed.
   *
   * @example
   * study.difference("QAT", "PTQ", "W2A2").mean.toFixed(2); // "8.67"
   */
  difference(a: M, b: M, setting = ""): Difference & MeasuredForm {
    return {
      ...pairedDifference(this.values(a, setting), this.values(b, setting)),
      ...this.form(),
    };
  }

  /**
   * Paired differences in every setting, corrected for looking at all of them by Holm's method.
   *
   * @param pairs the measures to compare, e.g. `[["QAT", "PTQ"]]`
   * @throws RangeError if there is no such measure, or fewer than two seeds
   * @example
   * study.compare([["QAT", "PTQ"]]).rows.length; // 2
   */
  compare(pairs: readonly (readonly [M, M])[]): Comparison {
    const rows = this.settings.flatMap((setting) =>
      pairs.map(([a, b]) => ({
        setting,
        compared: `${a} − ${b}`,
        ...this.difference(a, b, setting),
      })),
    );
    const [pair] = pairs;
    const title = pairs.length === 1 ? `${pair![0]} against ${pair![1]}` : "Differences";
    return new Comparison(rows, { ...this.form(), title });
  }

  /**
   * The mean of the paired differences of two settings, `a − b` at each seed. At least two seeds are needed.
   *
   * @param measure may be left out in a study with one measure
   * @throws RangeError if there is no such setting or measure
   * @example
   * study.between("W8A8", "W2A2", "PTQ").mean; // 6
   */
  between(a: string, b: string, measure?: M): Difference & MeasuredForm {
    const measured = this.onlyMeasure(measure);
    return {
      ...pairedDifference(this.values(measured, a), this.values(measured, b)),
      ...this.form(),
    };
  }

  /**
   * Paired differences of all other settings to one of them, corrected for looking at all of them by Holm's method.
   *
   * @param setting the setting that the others are compared with
   * @throws RangeError if there is no such setting or measure, or fewer than two seeds
   * @example
   * study.against("W8A8", { measure: "PTQ" }).rows[0].mean; // -6
   */
  against(setting: string, options: AgainstOptions<M> = {}): Comparison {
    checkOptions<AgainstOptions>("study.against", options, {
      measure: true,
      settings: true,
      guesses: true,
    });
    const measure = this.onlyMeasure(options.measure);
    const { settings = this.settings.filter((one) => one !== setting), guesses = {} } = options;
    const rows = settings.map((one) => ({
      setting: one,
      compared: `${one} − ${setting}`,
      ...this.between(one, setting, measure),
    }));
    return new Comparison(rows, {
      ...this.form(),
      title: `Against ${setting}`,
      guesses,
      against: true,
    });
  }

  override get figure(): Figure {
    return studyFigure(this.plan, this.rows as StudyRow[], this.measures);
  }

  /** The rows as a danfo DataFrame. */
  get table(): DataFrame {
    return dataFrame(this.rows);
  }

  /**
   * The rows as comma-separated values.
   *
   * @example
   * study.toCSV().split("\r\n")[1]; // "1,W8A8,89,93"
   */
  toCSV(): string {
    return toCsv(this.rows);
  }

  /**
   * The means with their intervals as a table in Markdown, the best of each row in bold.
   *
   * @example
   * study.toMarkdown().split("\n")[2]; // "| W8A8 | 90.0 ± 2.5 | **92.7 ± 1.4** |"
   */
  toMarkdown(): string {
    return toMarkdown(meansOf(this.plan, this.rows, this.measures));
  }

  /**
   * The means with their intervals as a LaTeX tabular for the package booktabs, the best of each row in bold.
   *
   * @example
   * study.toLaTeX().split("\n")[0]; // "\\begin{tabular}{lrr}"
   */
  toLaTeX(): string {
    return toLatex(meansOf(this.plan, this.rows, this.measures));
  }

  /**
   * Writes the result to a file: rows as `.csv`, the table of means as `.md` or `.tex`.
   *
   * @param options.overwrite whether a file that exists is replaced (default false)
   * @throws RangeError if the extension is not `.csv`, `.md` or `.tex`; Error if the file exists or can't be written
   * @example
   * study.save("results.csv"); // undefined
   */
  save(file: string, { overwrite = false }: { overwrite?: boolean } = {}): void {
    const forms = {
      csv: () => this.toCSV(),
      md: () => this.toMarkdown(),
      tex: () => this.toLaTeX(),
    };
    const form = forms[String(file).split(".").at(-1) as keyof typeof forms];
    if (!form) {
      const expected = "a path that ends in .csv, .md or .tex";
      throw new RangeError(complaint({ name: "file", value: file, expected }));
    }
    const path = checkFile({ file, overwrite, example: "results.csv" });
    writeWholeFile(path, new TextEncoder().encode(form()), "save");
  }

  override toString(): string {
    return `${this.plan.title}: ${this.rows.length} runs of ${this.plan.seeds.length} seeds`;
  }

  /** @internal */
  override below(): MimeBundle {
    const { corner, columns, rows, digits } = meansOf(this.plan, this.rows, this.measures);
    const note = columns.length > 0 && this.plan.unit ? { note: this.plan.unit } : {};
    return table(
      [{ name: corner }, ...columns.map((name) => ({ name, align: "right" as const, ...note }))],
      rows.map(({ name, cells }) => [
        name,
        ...cells.map((cell) => {
          const text = cellText(cell, digits);
          return cell.best ? { strong: text } : text;
        }),
      ]),
      { caption: `${this.plan.title}: ${summaryOf(this.plan.seeds.length)}` },
    );
  }

  /** The unit and the digits of differences. */
  private form(): MeasuredForm {
    const { unit, digits } = this.plan;
    return { unit: unit === "%" ? "points" : unit, digits };
  }

  private onlyMeasure(measure?: M): M {
    if (measure !== undefined) return measure;
    const [first, ...more] = this.measures;
    if (more.length === 0) return first!;
    const expected = `one of ${this.measures.join(", ")}`;
    throw new RangeError(complaint({ name: "measure", value: "none", expected }));
  }

  private check(measure: string, setting: string): void {
    const say = (name: string, value: string, known: readonly string[]) => {
      const expected = known.map((one) => one || "none").join(", ");
      return new RangeError(complaint({ name, value, expected, meant: nearest(value, known) }));
    };
    if (!this.measures.includes(measure as M)) throw say("measure", measure, this.measures);
    if (!this.settings.includes(setting)) throw say("setting", setting, this.settings);
  }
}

function summaryOf(seeds: number): string {
  return seeds === 1 ? "one seed" : `means ± 95 % intervals, ${seeds} seeds`;
}

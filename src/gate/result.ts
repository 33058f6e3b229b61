import { Result, type Row } from "../analysis/index.js";
import * as plot from "../plot/index.js";
import { claim } from "../report/index.js";
import type { Verdict } from "./verdict.js";

/** A limit, and the value that was measured. */
export type GateRow = {
  quantity: "changed answers" | "right, now wrong" | "loss of accuracy";
  /** The group of examples; `"all"` for all of them. */
  group: string;
  examples: number;
  "limit (%)": number;
  "measured (%)": number;
  /** The ends of its interval; all intervals hold together with the gate's confidence. */
  "low (%)": number;
  "high (%)": number;
  verdict: Verdict;
  /** How many examples would do to tell, if the share stayed; ∞ if ten million wouldn't. */
  "would do": number;
};

/**
 * The verdict on a new version of a model, which shows itself as a figure and a table.
 *
 * @example
 * const gate: q.Gate = q.gate(model, model, test, { churn: 0.05 });
 * gate.verdict; // "passes"
 */
export class Gate extends Result<GateRow & Row> {
  readonly confidence: number;

  /** @internal */
  constructor(rows: GateRow[], confidence: number) {
    super(rows);
    this.confidence = confidence;
  }

  /** `"fails"` if any limit is broken, else `"too few data"` if any can't be told, else `"passes"`. */
  get verdict(): Verdict {
    const has = (verdict: Verdict) => this.rows.some((row) => row.verdict === verdict);
    return has("fails") ? "fails" : has("too few data") ? "too few data" : "passes";
  }

  /**
   * Shows the verdict as a claim, which holds if the gate passes: `npx qatlab run` fails for it otherwise.
   *
   * @example
   * q.gate(model, model, test, { churn: 0.05 }).claim("The new version changes little");
   * // ✓ The new version changes little
   * //   measured 0 limits not kept · expected at most 0 limits not kept
   */
  claim(statement = "The new version may replace the old one"): void {
    const measured = this.rows.filter(({ verdict }) => verdict !== "passes").length;
    claim(statement, { measured, atMost: 0, unit: "limits not kept", digits: 0 });
  }

  /** Each measured share with its interval, and its limit. */
  get figure(): plot.Figure {
    const names = this.rows.map(({ quantity, group }) => `${quantity}, ${group}`);
    const colors = this.rows.map(({ verdict }) => colorsOf[verdict]);
    const measured = this.rows.map((row) => row["measured (%)"] / 100);
    const error = (end: "low (%)" | "high (%)") =>
      this.rows.map((row, i) => Math.abs(row[end] / 100 - measured[i]!));
    return new plot.Figure({
      title: `The gate: ${this.verdict}`,
      alt: this.toString(),
      data: [
        {
          type: "scatter",
          mode: "markers",
          name: "measured",
          x: measured,
          y: names,
          marker: { color: colors, size: 9 },
          error_x: {
            type: "data",
            symmetric: false,
            array: error("high (%)"),
            arrayminus: error("low (%)"),
            color: plot.colors.float,
          },
        },
        {
          type: "scatter",
          mode: "markers",
          name: "limit",
          x: this.rows.map((row) => row["limit (%)"] / 100),
          y: names,
          marker: { symbol: "line-ns-open", size: 18, color: plot.colors.float },
        },
      ],
      x: { title: "share, with its limit as a stroke", unit: "%", zero: true },
      layout: {
        height: Math.max(220, 120 + 26 * names.length),
        yaxis: { type: "category", autorange: "reversed", automargin: true },
      },
    });
  }

  /** @internal */
  protected override get intervals(): string {
    return `intervals that hold together with ${100 * this.confidence} % confidence`;
  }

  override toString(): string {
    const rows = this.rows.filter(({ verdict }) => verdict === this.verdict);
    if (this.verdict === "passes") return `the gate passes: ${rows.length} limits kept`;
    const told = rows.slice(0, 3).map((row) => {
      const text = `${row.quantity} (${row.group}) ${row["measured (%)"].toFixed(1)} %, ${row["low (%)"].toFixed(1)} to ${row["high (%)"].toFixed(1)}, limit ${row["limit (%)"].toFixed(1)}`;
      if (row.verdict !== "too few data") return text;
      const needed = row["would do"];
      return `${text}: ${Number.isFinite(needed) ? `${needed.toLocaleString("en")} examples would do` : "no number of examples would do, so near is the limit"}`;
    });
    const more = rows.length > 3 ? `; and ${rows.length - 3} more` : "";
    const head = this.verdict === "fails" ? "the gate fails" : "the data are too few to tell";
    return `${head}: ${told.join("; ")}${more}`;
  }
}

const colorsOf: Record<Verdict, string> = {
  passes: plot.colorOf("lsq"),
  fails: plot.colorOf("ptq"),
  "too few data": plot.colorOf("pact"),
};

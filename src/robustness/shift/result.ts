import { Result } from "../../analysis/index.js";
import { checkChoice } from "../../arguments/index.js";
import * as plot from "../../plot/index.js";
import type { CorruptionName } from "./corruptions.js";

/** The errors of a model under one corruption, over all severities. */
export type ShiftRow = {
  model: string;
  corruption: CorruptionName;
  "accuracy (%)": number;
  "clean accuracy (%)": number;
  /** The corruption error: the errors, relative to the reference model's. */
  "CE (%)": number;
};

/** A mean with an interval of 95 % confidence. */
export interface Mce {
  mean: number;
  low: number;
  high: number;
}

/**
 * How models answer corrupted images, which shows itself as a figure and a table.
 *
 * @example
 * const options = { severities: [3], corruptions: ["blur"] } as const;
 * const shift: q.robustness.Shift = await q.robustness.shift({ float: model }, test, options);
 * shift.rows.length; // 1
 */
export class Shift extends Result<ShiftRow> {
  readonly #mce: Readonly<Record<string, Mce>>;

  /** @internal */
  constructor(rows: readonly ShiftRow[], mce: Readonly<Record<string, Mce>>) {
    super(rows);
    this.#mce = mce;
  }

  /**
   * The mean corruption error of a model in percent, with its interval; 100 is the reference's.
   *
   * @throws TypeError if there is no such model
   * @example
   * const shift = await q.robustness.shift({ float: model, W3A3: qat }, test, { severities: [3] });
   * shift.mce("W3A3").mean > 100; // true
   */
  mce(model: string): Mce {
    checkChoice("model", model, Object.keys(this.#mce));
    return this.#mce[model]!;
  }

  /** The accuracy under each corruption, a bar for each model. */
  get figure(): plot.Figure {
    const models = Object.keys(this.#mce);
    return new plot.Figure({
      title: "Accuracy under corruptions, over all severities",
      data: models.map((model, i) => {
        const rows = this.rows.filter((row) => row.model === model);
        return plot.bars(
          rows.map(({ corruption }) => corruption),
          rows.map((row) => row["accuracy (%)"] / 100),
          { name: model, color: plot.colorOf(model, i) },
        );
      }),
      y: { title: "accuracy", unit: "%", range: [0, 1] },
    });
  }

  override toString(): string {
    const words = Object.entries(this.#mce).map(
      ([name, { mean, low, high }]) =>
        `${name} ${mean.toFixed(0)} % (${low.toFixed(0)} to ${high.toFixed(0)})`,
    );
    return `mean corruption error: ${words.join(", ")}`;
  }
}

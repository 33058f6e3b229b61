import { checkChoice } from "../../arguments/index.js";
import * as plot from "../../plot/index.js";
import { layerBars } from "../layerBars.js";
import { Result } from "../result.js";

/** The accuracy of a model in a group of examples, and its change from the reference's. */
export type SubgroupRow = {
  model: string;
  group: string;
  examples: number;
  "accuracy (%)": number;
  "change (points)": number;
  /** The ends of the change's interval; all intervals of the table hold together with 95 % confidence. */
  "low (points)": number;
  "high (points)": number;
  /** McNemar's p-value, corrected by Holm's method for all rows. */
  p: number;
};

interface Answered {
  answers: Record<string, Int32Array>;
  labels: Int32Array;
  values: Float32Array;
  shape: readonly number[];
  names: readonly string[] | undefined;
}

/**
 * The accuracy of models in groups of examples, which shows itself as a figure and a table.
 *
 * @example
 * const groups: q.analysis.Subgroups = q.analysis.subgroups({ float: model, W3A3: qat }, test);
 * groups.worst["change (points)"] < 0; // true
 */
export class Subgroups extends Result<SubgroupRow> {
  readonly #answered: Answered;

  /** @internal */
  constructor(rows: SubgroupRow[], answered: Answered) {
    super(rows);
    this.#answered = answered;
  }

  /** @internal */
  protected override get intervals(): string {
    return "intervals that hold together with 95 % confidence";
  }

  /** The row with the largest loss. */
  get worst(): SubgroupRow {
    return this.rows.reduce((worst, row) =>
      row["change (points)"] < worst["change (points)"] ? row : worst,
    );
  }

  /** The rows whose change isn't chance: a corrected p-value of at most 0.05. */
  get shown(): readonly SubgroupRow[] {
    return this.rows.filter(({ p }) => p <= 0.05);
  }

  /**
   * The numbers of the examples that a model or ensemble answers otherwise than the reference does: those that compression
   * forgets, as Hooker et al. identify them (2019, arXiv:1911.05248, section 3).
   *
   * @throws TypeError if there is no such model
   * @example
   * q.analysis.subgroups({ float: model, copy: model }, test).disagreements("copy"); // []
   */
  disagreements(model: string): number[] {
    const { answers } = this.#answered;
    const [reference, ...others] = Object.keys(answers);
    checkChoice("model", model, others);
    const [before, now] = [answers[reference!]!, answers[model]!];
    return [...before.keys()].filter((i) => before[i] !== now[i]);
  }

  /**
   * The first 8 examples of {@link disagreements} as images, with the class, the reference's answer and the model's.
   *
   * @throws TypeError if there is no such model; RangeError if there are no such examples, or if they aren't images
   * @example
   * q.analysis.subgroups({ float: model, W3A3: qat }, test).images("W3A3").alt.slice(0, 9); // "Examples "
   */
  images(model: string): plot.Figure {
    const { answers, labels, values, shape, names } = this.#answered;
    const all = this.disagreements(model);
    const shown = all.slice(0, 8);
    if (shape.length < 2 || shape.length > 3) {
      throw new RangeError(`invalid data: examples of shape [${shape}] (expected images)`);
    }
    if (shown.length === 0) {
      throw new RangeError(`invalid model: ${model} answers every example as the reference does`);
    }
    const each = values.length / labels.length;
    const reference = Object.values(answers)[0]!;
    const word = (c: number) => names?.[c] ?? String(c);
    return plot.images(
      shown.map((i) => values.subarray(i * each, (i + 1) * each)),
      {
        shape,
        columns: 4,
        title: `Examples that ${model} answers otherwise: ${shown.length} of ${all.length}, with class: before → now`,
        captions: shown.map(
          (i) => `${word(labels[i]!)}: ${word(reference[i]!)} → ${word(answers[model]![i]!)}`,
        ),
      },
    );
  }

  /** The change of each group, with the intervals that hold together. */
  get figure(): plot.Figure {
    const models = [...new Set(this.rows.map(({ model }) => model))];
    const data = models.map((model, i) => {
      const rows = this.rows.filter((row) => row.model === model);
      const changes = rows.map((row) => row["change (points)"]);
      const bars = plot.bars(
        rows.map(({ group }) => group),
        changes,
        { name: model, color: plot.colorOf(model, i), interval: changes.map(() => 0) },
      );
      const array = rows.map((row) => row["high (points)"] - row["change (points)"]);
      const arrayminus = rows.map((row) => row["change (points)"] - row["low (points)"]);
      return {
        ...bars,
        error_y: { ...(bars.error_y as object), symmetric: false, array, arrayminus },
      };
    });
    return layerBars({
      title: "Change in accuracy by group",
      data,
      value: { title: "change", unit: "points", zero: true },
    });
  }

  override toString(): string {
    const { model, group, "change (points)": change } = this.worst;
    const count = this.shown.length;
    const words =
      count === 0
        ? "no change is shown to be more than chance"
        : `${count} of ${this.rows.length} changes are more than chance`;
    return `the largest loss is ${(-change).toFixed(1)} points (${model}, ${group}); ${words}`;
  }
}

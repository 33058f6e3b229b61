import { Result } from "../../analysis/index.js";
import { checkOptions, complaint } from "../../arguments/index.js";
import * as plot from "../../plot/index.js";
import { proportion } from "../../statistics/index.js";
import { tf } from "../../tensorflow/index.js";
import type { TrainingData } from "../../train/index.js";
import { type PgdOptions, pgdOptionNames, planOf } from "./options.js";
import { runAttack } from "./run.js";

/** The accuracy of a model under an attack of one strength. */
export type CurveRow = {
  model: string;
  epsilon: number;
  "accuracy (%)": number;
  /** The ends of the interval, with 95 % confidence. */
  "low (%)": number;
  "high (%)": number;
};

/** A model, and how it is attacked. */
export type Attacked =
  | tf.LayersModel
  | ({ model: tf.LayersModel } & Pick<PgdOptions, "through" | "from">);

/** Options of {@link curve}. */
export interface CurveOptions extends Omit<PgdOptions, "epsilon" | "through" | "from"> {
  /** The strengths of the attack, ascending. */
  epsilons: readonly number[];
}

/**
 * The accuracy of models against the strength of an attack, which shows itself as a figure and a table.
 *
 * @example
 * const options = { epsilons: [0, 0.1], steps: 5 };
 * const curve: q.robustness.Curve = await q.robustness.curve({ float: model }, test, options);
 * curve.rows.length; // 2
 */
export class Curve extends Result<CurveRow> {
  /** A line for each model, with its interval. */
  get figure(): plot.Figure {
    const data = names(this.rows).flatMap((name, i) => {
      const rows = this.rows.filter(({ model }) => model === name);
      const share = (column: "accuracy (%)" | "low (%)" | "high (%)") =>
        rows.map((row) => row[column] / 100);
      const x = rows.map(({ epsilon }) => epsilon);
      const color = plot.colorOf(name, i);
      return [
        plot.band(x, share("low (%)"), share("high (%)"), { color }),
        plot.line(x, share("accuracy (%)"), { name, color, markers: true }),
      ];
    });
    return new plot.Figure({
      title: "Accuracy under attack, with 95 % intervals",
      data,
      x: "ε, the largest change of a value",
      y: { title: "accuracy", unit: "%", range: [0, 1] },
    });
  }

  override toString(): string {
    const last = Math.max(...this.rows.map(({ epsilon }) => epsilon));
    const ends = this.rows
      .filter(({ epsilon }) => epsilon === last)
      .map((row) => `${row.model} ${row["accuracy (%)"].toFixed(1)} %`);
    return `at ε = ${last}: ${ends.join(", ")}`;
  }
}

/**
 * Attacks models by {@link pgd} with several strengths. A strength counts the examples that a weaker one found too,
 * since they lie within its reach, so that no line rises.
 *
 * @param models the models by name; with `{ model, through }` for a prepared model, and `{ model, from }` for a transfer
 * @param data examples with classes
 * @throws TypeError or RangeError as {@link pgd}; RangeError if there is no model or no strength, or if the strengths
 *   don't ascend
 * @example
 * const prepared = { model: qat, through: "clippedSte" } as const;
 * const curve = await q.robustness.curve({ float: model, prepared }, test, { epsilons: [0, 0.1], steps: 5 });
 * curve.rows.map((row) => row.model); // [ "float", "float", "prepared", "prepared" ]
 */
export async function curve(
  models: Readonly<Record<string, Attacked>>,
  data: TrainingData,
  options: CurveOptions,
): Promise<Curve> {
  const { epsilon: _epsilon, through: _through, from: _from, ...own } = pgdOptionNames;
  checkOptions<CurveOptions>("q.robustness.curve", options, { ...own, epsilons: true });
  const { epsilons, ...others } = options ?? {};
  const entries = models instanceof tf.LayersModel ? [] : Object.entries(models ?? {});
  const list = Array.isArray(epsilons) ? (epsilons as readonly number[]) : [];
  if (list.length === 0 || list.some((value, i) => i > 0 && !(value > list[i - 1]!))) {
    throw new RangeError(
      complaint({
        name: "epsilons",
        value: epsilons,
        expected: "ascending distances",
        example: "{ epsilons: [0, 0.05, 0.1] }",
      }),
    );
  }
  if (entries.length === 0) {
    throw new RangeError(
      "invalid models: none by name (expected models by name, as in { float: model })",
    );
  }
  const plans = entries.map(([name, attacked]) => {
    const { model, ...how } =
      attacked instanceof tf.LayersModel ? { model: attacked } : optionsOf(attacked, name);
    return {
      name,
      model,
      plans: list.map((epsilon) => planOf(model, data, { ...others, ...how, epsilon })),
    };
  });
  const rows: CurveRow[] = [];
  for (const { name, model, plans: ofModel } of plans) {
    let before: boolean[] = [];
    for (const plan of ofModel) {
      const { examples, fooled } = await runAttack(model, plan);
      examples.dispose();
      const all = fooled.map((is, i) => is || before[i] === true);
      before = all;
      const { share, low, high } = proportion(all.filter((is) => !is).length, all.length);
      rows.push({
        model: name,
        epsilon: plan.epsilon,
        "accuracy (%)": 100 * share,
        "low (%)": 100 * low,
        "high (%)": 100 * high,
      });
    }
  }
  return new Curve(rows);
}

function optionsOf(attacked: Exclude<Attacked, tf.LayersModel>, name: string) {
  checkOptions<typeof attacked>(`${name} of q.robustness.curve`, attacked, {
    model: true,
    through: true,
    from: true,
  });
  return attacked;
}

function names(rows: readonly CurveRow[]): string[] {
  return [...new Set(rows.map(({ model }) => model))];
}

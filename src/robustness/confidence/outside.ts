import { Result } from "../../analysis/index.js";
import { checkChoice, checkOptions } from "../../arguments/index.js";
import type { Dataset } from "../../datasets/index.js";
import { checkExamples } from "../../graph/index.js";
import * as plot from "../../plot/index.js";
import { clopperPearson, separation } from "../../statistics/index.js";
import type { tf } from "../../tensorflow/index.js";
import { checkModels } from "../shift/shift.js";
import { answersOf, checkClassifier, confidences } from "./logits.js";

/** How well a model's confidence tells strange inputs from those that it knows. */
export type OutsideRow = {
  model: string;
  inputs: string;
  /** The probability that a known input has more confidence than a strange one; 0.5 is chance. */
  AUROC: number;
  /** The ends of its interval, with 95 % confidence. */
  "AUROC low": number;
  "AUROC high": number;
  /** The share of strange inputs that pass where 95 % of the known ones do. */
  "FPR at 95 % TPR (%)": number;
  /** The ends of its interval, with 95 % confidence. */
  "FPR low (%)": number;
  "FPR high (%)": number;
};

/** The score that is high where a model is confident. */
export type ConfidenceScore = "maximumSoftmax" | "energy";

/** Options of {@link outside}. */
export interface OutsideOptions {
  /**
   * The largest probability (Hendrycks and Gimpel 2017, arXiv:1610.02136), or minus the energy, log Σ exp(logits) (Liu et
   * al. 2020, arXiv:2010.03759). Default `"maximumSoftmax"`.
   */
  score?: ConfidenceScore;
}

/**
 * How confident models are on inputs that they were never trained for, which shows itself as a figure and a table.
 *
 * @example
 * const noise = q.robustness.noiseImages(test, { size: 100 });
 * const outside: q.robustness.Outside = q.robustness.outside({ float: model }, test, { noise });
 * outside.rows[0]!.inputs; // "noise"
 */
export class Outside extends Result<OutsideRow> {
  /** The AUROC of each model, a group of bars for each kind of input. */
  get figure(): plot.Figure {
    const models = [...new Set(this.rows.map(({ model }) => model))];
    return new plot.Figure({
      title: "Known and strange inputs told apart by confidence, with 95 % intervals",
      data: models.map((model, i) => {
        const rows = this.rows.filter((row) => row.model === model);
        const bars = plot.bars(
          rows.map(({ inputs }) => inputs),
          rows.map(({ AUROC }) => AUROC),
          { name: model, color: plot.colorOf(model, i), interval: rows.map(({ AUROC }) => AUROC) },
        );
        const array = rows.map((row) => row["AUROC high"] - row.AUROC);
        const arrayminus = rows.map((row) => row.AUROC - row["AUROC low"]);
        return {
          ...bars,
          error_y: { ...(bars.error_y as object), symmetric: false, array, arrayminus },
        };
      }),
      y: { title: "AUROC (0.5 is chance)", range: [0, 1] },
    });
  }

  override toString(): string {
    return this.rows
      .map(
        (row) =>
          `${row.model} on ${row.inputs}: AUROC ${row.AUROC.toFixed(3)} (${row["AUROC low"].toFixed(3)} to ${row["AUROC high"].toFixed(3)})`,
      )
      .join("; ");
  }
}

/**
 * Whether a model's confidence falls on inputs from outside of its task. The AUROC has DeLong's interval; that of the false
 * positive rate holds for the threshold too, which the known examples only estimate: the threshold's ends (order
 * statistics) and the rate's (Clopper and Pearson) have 97.5 % confidence each.
 *
 * @param models the models by name
 * @param known examples of the task, which no model was trained on
 * @param strange data sets by name, whose classes don't matter: {@link noiseImages}, {@link strokeLetters}, other data
 * @throws TypeError or RangeError if a model or the data don't fit
 * @example
 * const letters = q.robustness.strokeLetters(test, { size: 200 });
 * const { rows } = q.robustness.outside({ float: model }, test, { letters });
 * rows[0]!.AUROC > 0.5; // true
 */
export function outside(
  models: Readonly<Record<string, tf.LayersModel>>,
  known: Dataset,
  strange: Readonly<Record<string, Dataset>>,
  options: OutsideOptions = {},
): Outside {
  checkOptions<OutsideOptions>("q.robustness.outside", options, { score: true });
  const { score = "maximumSoftmax" } = options;
  checkChoice("score", score, ["maximumSoftmax", "energy"]);
  const entries = checkModels(models);
  const others = Object.entries(strange ?? {});
  if (others.length === 0) {
    throw new RangeError(
      "invalid strange inputs: none (expected data sets by name, as in { noise })",
    );
  }
  for (const [, model] of entries) {
    checkExamples(model, known, "known");
    checkClassifier(model);
    for (const [name, data] of others) checkExamples(model, data, name);
  }
  const scores = (model: tf.LayersModel, data: Dataset) => {
    const answers = answersOf(model, data);
    if (score === "energy" && !answers.hasLogits) {
      throw new TypeError(
        `invalid score: energy for "${model.name}", whose softmax is quantized, so that it has no logits (expected "maximumSoftmax")`,
      );
    }
    return score === "energy" ? answers.logSums : confidences(answers).confidence;
  };
  const rows = entries.flatMap(([name, model]) => {
    const inside = scores(model, known);
    return others.map(([inputs, data]): OutsideRow => {
      const out = scores(model, data);
      const { auroc, low, high } = separation(inside, out);
      const rate = falsePositives(inside, out);
      return {
        model: name,
        inputs,
        AUROC: auroc,
        "AUROC low": low,
        "AUROC high": high,
        "FPR at 95 % TPR (%)": 100 * rate.share,
        "FPR low (%)": 100 * rate.low,
        "FPR high (%)": 100 * rate.high,
      };
    });
  });
  return new Outside(rows);
}

/** @internal The share of strange scores at or above the threshold that 95 % of the known ones reach. */
export function falsePositives(inside: ArrayLike<number>, out: ArrayLike<number>) {
  const sorted = Float64Array.from(inside).sort();
  const above = (threshold: number) => Array.from(out).filter((value) => value >= threshold).length;
  const rank = Math.floor(0.05 * sorted.length);
  const ranks = clopperPearson(rank, sorted.length, 0.975);
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.max(0, Math.floor(share * sorted.length)))]!;
  const passed = (threshold: number) => clopperPearson(above(threshold), out.length, 0.975);
  return {
    share: above(sorted[rank]!) / out.length,
    low: passed(at(ranks.high)).low,
    high: passed(at(ranks.low)).high,
  };
}

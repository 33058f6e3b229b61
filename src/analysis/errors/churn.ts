import { checkModel } from "../../graph/index.js";
import * as plot from "../../plot/index.js";
import { type Proportion, proportion } from "../../statistics/index.js";
import type { tf } from "../../tensorflow/index.js";
import {
  classified,
  evaluationBatchSize,
  predictedClasses,
  type TrainingData,
} from "../../train/index.js";
import { layerBars } from "../layerBars.js";
import { Result } from "../result.js";

/** The number of predictions that changed in one way, say from right to wrong. */
export type ChurnRow = {
  predictions: string;
  examples: number;
  "share (%)": number;
  /** The ends of the interval, with 95 % confidence. */
  "low (%)": number;
  "high (%)": number;
};

/** The class of each example before and now, and the right one. */
interface Answers {
  before: Int32Array;
  now: Int32Array;
  labels: Int32Array;
}

/**
 * The differences of a model's predictions to those of a reference model, which show themselves as a figure and
 * a table.
 *
 * @example
 * const same: q.analysis.Churn = q.analysis.churn(model, model, test);
 * same.changed.count; // 0
 */
export class Churn extends Result<ChurnRow> {
  /** The predictions that differ: `{ count, share, low, high }`, with shares from 0 to 1. */
  readonly changed: Proportion;
  /** The predictions that were right and became wrong. */
  readonly negativeFlips: Proportion;
  /** The predictions that were wrong and became right. */
  readonly positiveFlips: Proportion;
  /** @internal The classes that the models name, and the right ones. */
  readonly answers: Answers;

  /** @internal */
  constructor(
    { changed, negative, positive }: { changed: number; negative: number; positive: number },
    answers: Answers,
  ) {
    const size = answers.labels.length;
    const ways = {
      changed: proportion(changed, size),
      "right, now wrong": proportion(negative, size),
      "wrong, now right": proportion(positive, size),
      "wrong, now wrong otherwise": proportion(changed - negative - positive, size),
    };
    super(Object.entries(ways).map(([name, way]) => row(name, way)));
    this.answers = answers;
    this.changed = ways.changed;
    this.negativeFlips = ways["right, now wrong"];
    this.positiveFlips = ways["wrong, now right"];
  }

  /** The share of each way in which predictions changed, with its interval. */
  get figure(): plot.Figure {
    const share = (column: keyof ChurnRow) => this.rows.map((row) => Number(row[column]) / 100);
    const shares = share("share (%)");
    const bars = plot.bars(
      this.rows.map(({ predictions }) => predictions),
      shares,
      { name: "changed", color: plot.colorOf("", 0), interval: shares },
    );
    const interval = {
      ...(bars.error_y as object),
      symmetric: false,
      array: share("high (%)").map((high, i) => high - shares[i]!),
      arrayminus: share("low (%)").map((low, i) => shares[i]! - low),
    };
    return layerBars({
      title: "Predictions that changed, with 95 % intervals",
      data: [{ ...bars, error_y: interval }],
      value: { title: "share of the examples", unit: "%", zero: true },
    });
  }

  override toString(): string {
    const { changed, negativeFlips, positiveFlips } = this;
    return `${percent(changed)} of the predictions changed: ${percent(negativeFlips)} were right and are wrong now, ${percent(positiveFlips)} the other way`;
  }
}

/**
 * Counts how often a model and the model that it is to replace predict different classes, which two accuracies
 * don't show. These changes are the churn (Milani Fard et al. 2016, "Launch and Iterate: Reducing Prediction
 * Churn"); changes from right to wrong are negative flips (Yan et al. 2021, arXiv:2011.09161). The shares have
 * Wilson's 95 % intervals, which treat the examples as a sample.
 *
 * @param reference the model that was used before, say a float model
 * @param model the model that is used now, say a quantized, pruned or newly trained model
 * @param data examples with classes: a data set, or `{ xs, ys }` as {@link accuracy} takes it
 * @throws TypeError if a model isn't a Layers model, or if the data has no classes; RangeError if shapes or
 *   numbers of classes differ
 * @example
 * const ptq = await q.quantize(model, scheme, { calibration: train.take(256) });
 * const churn = q.analysis.churn(model, ptq, test);
 * churn.changed.share > churn.negativeFlips.share; // true (W3A3: 0.2 and 0.2)
 */
export function churn(reference: tf.LayersModel, model: tf.LayersModel, data: TrainingData): Churn {
  for (const compared of [reference, model]) {
    checkModel(compared);
    classified(compared, data, "data");
  }
  const { inputs, labels } = classified(reference, data, "data");
  const before = predictedClasses(reference, inputs, evaluationBatchSize);
  const now = predictedClasses(model, inputs, evaluationBatchSize);
  const counts = { changed: 0, negative: 0, positive: 0 };
  for (let i = 0; i < labels.length; i++) {
    if (now[i] === before[i]) continue;
    counts.changed++;
    if (before[i] === labels[i]) counts.negative++;
    if (now[i] === labels[i]) counts.positive++;
  }
  return new Churn(counts, { before, now, labels });
}

function row(predictions: string, { count, share, low, high }: Proportion): ChurnRow {
  return {
    predictions,
    examples: count,
    "share (%)": 100 * share,
    "low (%)": 100 * low,
    "high (%)": 100 * high,
  };
}

function percent({ share }: Proportion): string {
  return `${(100 * share).toFixed(1)} %`;
}

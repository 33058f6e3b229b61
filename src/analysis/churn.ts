import type { Dataset } from "../datasets/index.js";
import { checkClasses, checkExamples, checkModel } from "../models/check.js";
import * as plot from "../plot/index.js";
import { tf } from "../tensorflow/index.js";
import { layerBars } from "./layerBars.js";
import { type Proportion, proportion } from "./proportion.js";
import { Result } from "./result.js";

/** How many predictions changed, in one of the ways in which they can. */
export type ChurnRow = {
  predictions: string;
  examples: number;
  "share (%)": number;
  /** The ends of the interval, with 95 % confidence. */
  "low (%)": number;
  "high (%)": number;
};

/**
 * How often a model predicts something else than a reference model: shows itself as a figure and a table.
 *
 * @example
 * const same: q.analysis.Churn = q.analysis.churn(model, model, test);
 * same.changed.count; // 0
 */
export class Churn extends Result<ChurnRow> {
  /** Predictions that differ: `{ count, share, low, high }`, shares from 0 to 1. */
  readonly changed: Proportion;
  /** Those that were right and became wrong: negative flips. */
  readonly negativeFlips: Proportion;
  /** Those that were wrong and became right. */
  readonly positiveFlips: Proportion;

  /** @internal */
  constructor(
    { changed, negative, positive }: { changed: number; negative: number; positive: number },
    size: number,
  ) {
    const parts = {
      changed: proportion(changed, size),
      "right, now wrong": proportion(negative, size),
      "wrong, now right": proportion(positive, size),
      "wrong, now wrong otherwise": proportion(changed - negative - positive, size),
    };
    super(Object.entries(parts).map(([name, part]) => row(name, part)));
    this.changed = parts.changed;
    this.negativeFlips = parts["right, now wrong"];
    this.positiveFlips = parts["wrong, now right"];
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

/** Examples at a time. */
const batchSize = 512;

/**
 * How often a model predicts something else than the model that it is to replace, which two accuracies don't
 * show: the churn (Milani Fard et al. 2016, "Launch and Iterate: Reducing Prediction Churn"), and of it what was
 * right and became wrong, the negative flips (Yan et al. 2021, arXiv:2011.09161). With Wilson's intervals for
 * these examples being a sample.
 *
 * @param model what is used now: quantized, pruned, trained again
 * @param reference what was used before
 * @param data a data set with classes
 * @throws TypeError for what isn't a model or has no classes, RangeError where shapes or classes differ
 * @example
 * const ptq = await q.quantize(model, scheme, { calibration: train.take(256) });
 * const churn = q.analysis.churn(ptq, model, test);
 * churn.changed.share > churn.negativeFlips.share; // true (W3A3: 0.2 and 0.2)
 */
export function churn(model: tf.LayersModel, reference: tf.LayersModel, data: Dataset): Churn {
  for (const one of [model, reference]) {
    checkModel(one);
    checkExamples(one, data, "data");
    checkClasses(one, data, "data");
  }
  const counts = { changed: 0, negative: 0, positive: 0 };
  for (const { xs, ys } of data.batches(batchSize)) {
    const [now, before, labels] = [predicted(model, xs), predicted(reference, xs), ys.dataSync()];
    tf.dispose([xs, ys]);
    for (let i = 0; i < labels.length; i++) {
      if (now[i] === before[i]) continue;
      counts.changed++;
      if (before[i] === labels[i]) counts.negative++;
      if (now[i] === labels[i]) counts.positive++;
    }
  }
  return new Churn(counts, data.size);
}

function predicted(model: tf.LayersModel, xs: tf.Tensor): ArrayLike<number> {
  const classes = tf.tidy(() => tf.argMax(model.predict(xs) as tf.Tensor, -1));
  const numbers = classes.dataSync();
  classes.dispose();
  return numbers;
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

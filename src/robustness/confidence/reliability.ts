import seedrandom from "seedrandom";
import { Result } from "../../analysis/index.js";
import { checkCount, checkOptions } from "../../arguments/index.js";
import type { Dataset } from "../../datasets/index.js";
import * as plot from "../../plot/index.js";
import type { tf } from "../../tensorflow/index.js";
import { checkModels } from "../shift/shift.js";
import { answersOf, checkClassified, confidences } from "./logits.js";

/** The calibration of a model. */
export type ReliabilityRow = {
  model: string;
  "accuracy (%)": number;
  /** The mean of the largest probabilities. */
  "confidence (%)": number;
  /** The expected calibration error as it is measured. */
  "ECE (%)": number;
  /** The ECE that a calibrated model with the same confidences would have on so many examples: the measure's bias. */
  "ECE by chance (%)": number;
  /** The 95th percentile of that; an ECE above it isn't chance. */
  "at most by chance (%)": number;
};

/** One bin of a reliability diagram. */
export interface ReliabilityBin {
  /** The mean confidence of the bin's examples. */
  confidence: number;
  /** The share of them that the model names rightly. */
  accuracy: number;
  count: number;
}

/** Options of {@link reliability}. */
export interface ReliabilityOptions {
  /** How many bins of equal width the confidences fall into. Default 15. */
  bins?: number;
}

/** How many times the labels are drawn as a calibrated model would have them. */
const draws = 400;

/**
 * How far models' confidences are from their accuracies, which shows itself as a reliability diagram and a table.
 *
 * @example
 * const reliability: q.robustness.Reliability = q.robustness.reliability({ float: model }, test);
 * reliability.rows[0]!["ECE (%)"] < 10; // true
 */
export class Reliability extends Result<ReliabilityRow> {
  /** The bins of each model that hold examples, by its name. */
  readonly bins: Readonly<Record<string, readonly ReliabilityBin[]>>;

  /** @internal */
  constructor(rows: ReliabilityRow[], bins: Record<string, ReliabilityBin[]>) {
    super(rows);
    this.bins = bins;
  }

  /** The accuracy of each bin against its confidence; a calibrated model lies on the diagonal. */
  get figure(): plot.Figure {
    const lines = Object.entries(this.bins).map(([name, bins], i) =>
      plot.line(
        bins.map(({ confidence }) => confidence),
        bins.map(({ accuracy }) => accuracy),
        { name, color: plot.colorOf(name, i), markers: true },
      ),
    );
    return new plot.Figure({
      title: "Accuracy against confidence",
      data: [plot.line([0, 1], [0, 1], { color: plot.colors.float, dash: "dot" }), ...lines],
      x: { title: "confidence", unit: "%", range: [0, 1] },
      y: { title: "accuracy", unit: "%", range: [0, 1.02] },
    });
  }

  override toString(): string {
    const words = this.rows.map(
      (row) =>
        `${row.model} ${row["ECE (%)"].toFixed(1)} % (by chance up to ${row["at most by chance (%)"].toFixed(1)} %)`,
    );
    return `expected calibration error: ${words.join(", ")}`;
  }
}

/**
 * Whether a confidence of 90 % is right nine times out of ten: the expected calibration error, Σ nᵦ/n · |accuracyᵦ −
 * confidenceᵦ| over bins of confidence (Naeini et al. 2015; Guo et al. 2017, arXiv:1706.04599, equation 3), and the
 * reliability diagram. The ECE is biased: chance makes each bin's accuracy differ from its confidence, so that a
 * calibrated model has an ECE above 0. The table says how large: labels are drawn as the confidences say, 400 times.
 *
 * @param models the models by name
 * @param data examples with classes
 * @throws TypeError or RangeError if a model or the data don't fit
 * @example
 * const { rows } = q.robustness.reliability({ float: model, W3A3: qat }, test);
 * rows[1]!["ECE (%)"] > rows[1]!["ECE by chance (%)"]; // true
 */
export function reliability(
  models: Readonly<Record<string, tf.LayersModel>>,
  data: Dataset,
  options: ReliabilityOptions = {},
): Reliability {
  checkOptions<ReliabilityOptions>("q.robustness.reliability", options, { bins: true });
  const { bins = 15 } = options;
  checkCount("bins", bins, { most: 1000 });
  const entries = checkModels(models);
  checkClassified(entries, data, "data");
  const labels = data.ys.dataSync();
  const all: Record<string, ReliabilityBin[]> = {};
  const rows = entries.map(([name, model]): ReliabilityRow => {
    const { confidence, named } = confidences(answersOf(model, data));
    const right = Uint8Array.from(named, (one, i) => Number(one === labels[i]));
    const found = binned(confidence, right, bins);
    all[name] = found.filter(({ count }) => count > 0);
    const chance = chanceErrors(confidence, bins);
    return {
      model: name,
      "accuracy (%)": (100 * right.reduce((a, b) => a + b, 0)) / data.size,
      "confidence (%)": (100 * confidence.reduce((a, b) => a + b, 0)) / data.size,
      "ECE (%)": 100 * calibrationError(found, data.size),
      "ECE by chance (%)": (100 * chance.reduce((a, b) => a + b, 0)) / draws,
      "at most by chance (%)": 100 * chance[Math.ceil(0.95 * draws) - 1]!,
    };
  });
  return new Reliability(rows, all);
}

/** @internal The bins, of equal width from 0 to 1; the upper end belongs to a bin. */
export function binned(
  confidence: ArrayLike<number>,
  right: ArrayLike<number>,
  bins: number,
): ReliabilityBin[] {
  const all = Array.from({ length: bins }, () => ({ confidence: 0, accuracy: 0, count: 0 }));
  for (let i = 0; i < confidence.length; i++) {
    const bin = all[Math.min(bins - 1, Math.max(0, Math.ceil(confidence[i]! * bins) - 1))]!;
    bin.confidence += confidence[i]!;
    bin.accuracy += right[i]!;
    bin.count++;
  }
  for (const bin of all) {
    bin.confidence /= Math.max(1, bin.count);
    bin.accuracy /= Math.max(1, bin.count);
  }
  return all;
}

/** @internal */
export function calibrationError(bins: readonly ReliabilityBin[], size: number): number {
  return bins.reduce(
    (sum, { confidence, accuracy, count }) =>
      sum + (count / size) * Math.abs(accuracy - confidence),
    0,
  );
}

/** The errors, ascending, of models that are right as often as they say. */
function chanceErrors(confidence: Float32Array, bins: number): number[] {
  const random = seedrandom.alea("calibrated");
  const right = new Uint8Array(confidence.length);
  return Array.from({ length: draws }, () => {
    for (let i = 0; i < right.length; i++) right[i] = Number(random() < confidence[i]!);
    return calibrationError(binned(confidence, right, bins), right.length);
  }).sort((a, b) => a - b);
}

import seedrandom from "seedrandom";
import { checkChoice, checkCount, checkOptions, complaint } from "../../arguments/index.js";
import type { Dataset } from "../../datasets/index.js";
import { checkModel } from "../../graph/index.js";
import { tf } from "../../tensorflow/index.js";
import {
  classified,
  evaluationBatchSize,
  predictedClasses,
  yieldToEvents,
} from "../../train/index.js";
import { type CorruptOptions, checkImages, corrupt } from "./corrupt.js";
import { type CorruptionName, corruptionNames } from "./corruptions.js";
import { Shift, type ShiftRow } from "./result.js";

/** Options of {@link shift}. */
export interface ShiftOptions extends Omit<CorruptOptions, "severity"> {
  /** The corruptions. Default: all eight. */
  corruptions?: readonly CorruptionName[];
  /** The severities, whole numbers from 1 to 5. Default: all five. */
  severities?: readonly number[];
}

/** How many times examples are drawn anew for the intervals. */
const draws = 400;

/**
 * The errors of models on corrupted images, relative to a reference model's: the mean corruption error of Hendrycks and Dietterich 2019
 * (arXiv:1903.12261, section 4.1). For each corruption the errors of all severities are summed and divided by the
 * reference's sum; their mean is the mCE, in percent, 100 for the reference. Intervals are bootstrap percentiles over the
 * examples, with the same draws for all models (Efron 1979).
 *
 * @param models the models by name; the first is the reference, the float model say
 * @param data images with classes
 * @throws TypeError or RangeError if a model or the data don't fit, or if a corruption or a severity doesn't exist
 * @example
 * const shift = await q.robustness.shift({ float: model, W3A3: qat }, test, { severities: [3] });
 * shift.mce("float"); // { mean: 100, low: 100, high: 100 }
 */
export async function shift(
  models: Readonly<Record<string, tf.LayersModel>>,
  data: Dataset,
  options: ShiftOptions = {},
): Promise<Shift> {
  checkOptions<ShiftOptions>("q.robustness.shift", options, {
    corruptions: true,
    severities: true,
    range: true,
    seed: true,
  });
  const { severities = [1, 2, 3, 4, 5], range, seed = 0 } = options;
  const kinds = options.corruptions ?? corruptionNames();
  const entries = checkModels(models);
  checkLists({ corruptions: kinds, severities });
  for (const kind of kinds) checkChoice("corruption", kind, corruptionNames());
  for (const severity of severities) checkCount("severity", severity, { most: 5 });
  checkImages(data);
  for (const [, model] of entries) classified(model, data, "data");
  const labels = data.ys.dataSync();
  const wrongOf = (model: tf.LayersModel, xs: tf.Tensor) =>
    Uint8Array.from(predictedClasses(model, [xs], evaluationBatchSize), (named, i) =>
      Number(named !== labels[i]),
    );
  const clean = entries.map(([, model]) => wrongOf(model, data.xs));
  // For each model and corruption, in how many severities each example is answered wrongly.
  const wrong = entries.map(() => kinds.map(() => new Uint8Array(data.size)));
  for (const [k, kind] of kinds.entries()) {
    for (const severity of severities) {
      const spoiled = corrupt(data, kind, { severity, range, seed });
      entries.forEach(([, model], m) => {
        wrongOf(model, spoiled.xs).forEach((is, i) => {
          wrong[m]![k]![i]! += is;
        });
      });
      spoiled.dispose();
      await yieldToEvents();
    }
  }
  const means = bootstrapped(wrong, data.size);
  const trials = data.size * severities.length;
  const rows: ShiftRow[] = entries.flatMap(([model], m) =>
    kinds.map((corruption, k) => ({
      model,
      corruption,
      "accuracy (%)": 100 * (1 - sum(wrong[m]![k]!) / trials),
      "clean accuracy (%)": 100 * (1 - sum(clean[m]!) / data.size),
      "CE (%)": relative(sum(wrong[m]![k]!), sum(wrong[0]![k]!)),
    })),
  );
  return new Shift(rows, Object.fromEntries(entries.map(([name], m) => [name, means[m]!])));
}

function checkLists(lists: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(lists)) {
    if (Array.isArray(value) && value.length > 0) continue;
    const example = '{ corruptions: ["blur"], severities: [3] }';
    throw new RangeError(complaint({ name, value, expected: "a list with an entry", example }));
  }
}

/** @internal @throws RangeError if there is no model, TypeError if one isn't a model */
export function checkModels(
  models: Readonly<Record<string, tf.LayersModel>>,
): [string, tf.LayersModel][] {
  const entries = models instanceof tf.LayersModel ? [] : Object.entries(models ?? {});
  if (entries.length === 0) {
    throw new RangeError(
      "invalid models: none by name (expected models by name, as in { float: model, PTQ: ptq })",
    );
  }
  for (const [, model] of entries) checkModel(model);
  return entries;
}

function relative(errors: number, reference: number): number {
  if (reference > 0) return (100 * errors) / reference;
  return errors === 0 ? 100 : Number.POSITIVE_INFINITY;
}

function sum(values: Uint8Array): number {
  return values.reduce((total, value) => total + value, 0);
}

/** The mCE of each model, with the 2.5th and the 97.5th percentile over drawn examples. */
function bootstrapped(wrong: Uint8Array[][], size: number) {
  const mce = (weights?: Uint16Array) => {
    const total = (values: Uint8Array) =>
      weights ? values.reduce((sum, value, i) => sum + value * weights[i]!, 0) : sum(values);
    const totals = wrong.map((ofModel) => ofModel.map(total));
    return totals.map(
      (ofModel) =>
        ofModel.reduce((sum, errors, k) => sum + relative(errors, totals[0]![k]!), 0) /
        ofModel.length,
    );
  };
  const random = seedrandom.alea("bootstrap");
  const drawn = Array.from({ length: draws }, () => {
    const weights = new Uint16Array(size);
    for (let i = 0; i < size; i++) weights[Math.floor(random() * size)]!++;
    return mce(weights);
  });
  return mce().map((mean, m) => {
    const sorted = drawn.map((each) => each[m]!).sort((a, b) => a - b);
    return {
      mean,
      low: sorted[Math.floor(0.025 * draws)]!,
      high: sorted[Math.ceil(0.975 * draws) - 1]!,
    };
  });
}

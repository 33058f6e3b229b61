import seedrandom from "seedrandom";
import { checkCount, checkNumber, checkOptions, checkSeed, complaint } from "../arguments/index.js";
import { checkModel, inputNames } from "../graph/index.js";
import { tf } from "../tensorflow/index.js";
import { evaluationBatchSize, type InputData, inputBatches, inputsOf } from "../train/index.js";
import { clipProbe } from "./clips.js";
import { Martingale } from "./martingale.js";
import { identityOf, Monitor } from "./monitor.js";
import { cheapCount, type Form, measure, statisticNames } from "./observe.js";
import { type MonitorState, readState } from "./state.js";

/** Options of {@link monitor}. */
export interface MonitorOptions {
  /**
   * The probability, at most, that the monitor *ever* rings although nothing has changed, however long the stream. Default
   * 0.01.
   */
  falseAlarm?: number;
  /**
   * Each how many examples one is passed through the model once more to see which share of its values each quantizer
   * clips; for models without quantizers nothing is passed. Default 250: a pass of one example takes as long as several
   * examples of a batch.
   */
  clipEvery?: number;
  /** The names of the classes, for the reasons. Default: their numbers. */
  labels?: readonly string[];
  /** An integer or a text that decides how ties are broken. Default 0. */
  seed?: number | string;
}

/** The fewest reference examples: half of them choose the bins, the others are what the stream is compared with. */
const fewest = 40;
const bins = 32;

/**
 * Watches a model in use: its inputs (mean and spread of each, values that aren't finite), its answers (confidence, the
 * share of each class), and which share of values each quantizer clips. It is fed an example or a batch at a time,
 * keeps a constant number of values, and never stops the inference that it watches.
 *
 * For each statistic a test martingale bets against the claim that the stream is like the reference examples. If it is,
 * the probability that any of them ever reaches the bound is at most `falseAlarm` (Ville's inequality, Bonferroni's
 * correction for the number of statistics). The alarm says which statistic, since when, and how far.
 *
 * With the bound of 1 %, 3 of 1,000 streams of 10,000 digits in which nothing changed rang for a float network (0.06 to
 * 0.87 % by Clopper and Pearson), and 4 for its integers (0.11 to 1.02 %). When the images then became brighter by a standard
 * deviation of their mean, 95 % of the streams rang within 60 examples, and within 63.
 *
 * @param model any Layers model: float, prepared, or of integers
 * @param reference at least 40 examples like those that are to come. Not those that the model was trained on: it is more confident on
 *   them than on any others, which would ring
 * @throws TypeError or RangeError if the model or the examples don't fit; RangeError if there are too few examples
 * @example
 * const monitor = q.monitor(model, test.take(300));
 * const dark = q.robustness.corrupt(test, "brightness", { severity: 3 });
 * monitor.predict(test.xs.slice(300, 300));
 * monitor.alarm; // undefined
 * monitor.predict(dark.xs);
 * monitor.alarm!.at > 300; // true (from the 301st example on images are brighter)
 */
export function monitor(
  model: tf.LayersModel,
  reference: InputData,
  options: MonitorOptions = {},
): Monitor {
  checkOptions<MonitorOptions>("q.monitor", options, {
    falseAlarm: true,
    clipEvery: true,
    labels: true,
    seed: true,
  });
  const { falseAlarm = 0.01, clipEvery = 250, labels, seed = 0 } = options;
  checkModel(model);
  checkNumber("falseAlarm", falseAlarm, { above: 0, below: 1, example: "{ falseAlarm: 0.01 }" });
  checkCount("clipEvery", clipEvery);
  checkSeed(seed);
  if (model.outputs.length !== 1) {
    throw new TypeError(
      `invalid model: "${model.name}" has ${model.outputs.length} outputs (expected one)`,
    );
  }
  checkLabels(model, labels);
  const inputs = inputsOf(model, reference, "reference");
  const size = inputs[0]!.shape[0]!;
  if (size < fewest) {
    throw new RangeError(
      complaint({
        name: "reference",
        value: `${size} examples`,
        expected: `at least ${fewest} examples that the model wasn't trained on`,
        example: "q.monitor(model, test.take(300))",
      }),
    );
  }
  const probe = clipProbe(model);
  const rows = referenceRows(model, inputs, probe, labels);
  const names = statisticNames(rows.form);
  const columns = names.map((_, i) => rows.values.map((row) => row[i]!));
  const broken = columns[0]!.findIndex((is) => is !== 0);
  if (broken >= 0) {
    throw new RangeError(
      `invalid reference: example ${broken} has values that aren't finite (expected examples as they should come)`,
    );
  }
  const isShare = (name: string) => /^the share of /.test(name);
  const martingales = columns.map((column, i) =>
    isShare(names[i]!) ? Martingale.between([0.5], column) : Martingale.of(column, bins),
  );
  const states = martingales.map(({ state }) => state);
  const random = seedrandom.alea(`monitor ${seed}`, { state: true });
  const state: MonitorState = {
    ...identityOf(model),
    form: rows.form,
    falseAlarm,
    clipEvery,
    seen: 0,
    means: columns.map((column) => column.reduce((sum, value) => sum + value, 0) / size),
    martingales: states,
    first: states,
    random: random.state(),
    curve: { points: [], stride: 1 },
  };
  return new Monitor(model, state);
}

/**
 * A monitor as it was saved, which goes on with the same numbers.
 *
 * @param model the model that was watched
 * @param saved the text that {@link Monitor.save} gave
 * @throws TypeError if the text isn't a monitor's state; RangeError if it is that of another model
 * @example
 * const monitor = q.monitor(model, test);
 * monitor.predict(test.xs.slice(0, 8));
 * q.restoreMonitor(model, monitor.save()).seen; // 8
 */
export function restoreMonitor(model: tf.LayersModel, saved: string): Monitor {
  checkModel(model);
  const identity = identityOf(model);
  const state = readState(saved);
  if (state.model !== identity.model) {
    throw new RangeError(
      `invalid state: it belongs to another model, ${state.model} (expected ${identity.model}: make a new monitor by q.monitor(model, reference))`,
    );
  }
  return new Monitor(model, state);
}

/** Names of classes are one for each class. */
function checkLabels(model: tf.LayersModel, labels: readonly string[] | undefined): void {
  const classes = classesOf(model);
  const isList = Array.isArray(labels) && labels.every((label) => typeof label === "string");
  if (labels === undefined || (isList && labels.length === classes)) return;
  throw new RangeError(
    complaint({
      name: "labels",
      value: labels,
      expected:
        classes > 0 ? `${classes} texts, one for each class` : "none for a model without classes",
    }),
  );
}

/** How many classes a model's output has; 0 if it is no classifier. */
function classesOf(model: tf.LayersModel): number {
  const { shape } = model.outputs[0]!;
  return shape.length === 2 && shape[1]! > 1 ? shape[1]! : 0;
}

/** The statistics of the reference examples, in an order by chance that no seed changes. */
function referenceRows(
  model: tf.LayersModel,
  inputs: readonly tf.Tensor[],
  probe: ReturnType<typeof clipProbe>,
  labels: readonly string[] | undefined,
): { form: Form; values: number[][] } {
  const classes = classesOf(model);
  const batches = [...inputBatches(inputs, evaluationBatchSize)].map((batch) => {
    const list = [batch].flat();
    const output = model.predict(batch) as tf.Tensor;
    const observed = {
      inputs: list.map((input) => input.dataSync() as Float32Array),
      output: output.dataSync() as Float32Array,
      size: list[0]!.shape[0]!,
    };
    const rates = probe.layers.length > 0 ? probe.rates(list) : [];
    tf.dispose([list, output]);
    return { observed, rates };
  });
  const outputs = batches.flatMap(({ observed }) => Array.from(observed.output));
  const probabilities = classes > 1 && areProbabilities(outputs, classes);
  const form: Form = {
    inputs: inputNames(model),
    classes,
    probabilities,
    ...(labels && { labels }),
    clipped: probe.layers,
  };
  const row = new Float64Array(cheapCount(form));
  const values = batches.flatMap(({ observed, rates }) =>
    Array.from({ length: observed.size }, (_, i) => {
      measure(form, observed, i, row);
      return [...row, ...(rates[i] ?? [])];
    }),
  );
  // Examples that are sorted by class would put some classes into the half that chooses the bins.
  const random = seedrandom.alea("reference");
  return {
    form,
    values: values
      .map((value) => [random(), value] as const)
      .sort(([a], [b]) => a - b)
      .map(([, value]) => value),
  };
}

function areProbabilities(outputs: number[], classes: number): boolean {
  for (let start = 0; start < outputs.length; start += classes) {
    const some = outputs.slice(start, start + classes);
    if (some.some((value) => value < 0)) return false;
    // An integer model's probabilities have sums that are off by its steps.
    if (Math.abs(some.reduce((a, b) => a + b, 0) - 1) > 0.1) return false;
  }
  return true;
}

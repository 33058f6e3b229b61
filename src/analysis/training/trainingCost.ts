import { median, quantileSorted } from "d3-array";
import { checkCount, checkOptions } from "../../arguments/index.js";
import type { Dataset } from "../../datasets/index.js";
import { findHost } from "../../display/index.js";
import { checkModel } from "../../graph/index.js";
import type { tf } from "../../tensorflow/index.js";
import { peakBytes, SavedState } from "../../tensorflow/index.js";
import { accuracy, type FitOptions, fit as trainModel } from "../../train/index.js";
import { PausedTraining } from "./pausedTraining.js";
import { TrainingCost, type TrainingCostRow } from "./trainingCostResult.js";

/** A trained model whose epochs of training are measured. */
export interface TrainedWay {
  /** The model as the training left it; the model isn't changed. */
  model: tf.LayersModel;
  /** The number of epochs that the training takes. */
  epochs: number;
  /** Further options of `q.fit`. */
  fit?: Omit<FitOptions, "epochs" | "callbacks">;
}

/** A way that runs once, without training, such as post-training quantization. */
export interface OnceWay {
  /** A function that makes the model; it is called in each round. */
  run: () => tf.LayersModel | Promise<tf.LayersModel>;
}

/** Options of {@link trainingCost}. */
export interface TrainingCostOptions {
  /** The examples on which the models' accuracy is measured. Default: the training data. */
  test?: Dataset;
  /**
   * The number of measurements of each way. The ways take turns, so that a busy machine slows all of them.
   * Default 5.
   */
  rounds?: number;
  /**
   * A signal that stops the work between two steps. Default: the signal of the notebook's cell, which an
   * interrupt sets off.
   */
  signal?: AbortSignal;
}

/** The number of epochs before the measured epochs, in which a step of each batch size is traced three times. */
const warmUp = 3;

/**
 * Measures the costs of several ways to a model: the time of an epoch, and of all epochs; the memory that a
 * step takes; and the accuracy of the model. The results help to decide between quantization after training and
 * quantization-aware training.
 *
 * A time is the median of `rounds`, in which the ways take turns; building the compiled step isn't counted. Memory is the
 * most that an eager step holds at once beyond the weights and the data: activations kept for the gradients,
 * the gradients, the optimizer's state; for a way that runs once, it is the most that the run holds.
 *
 * @param ways the ways by name: `{ model, epochs }` for a trained model, `{ run }` for a way that runs once
 * @param data the training data
 * @throws TypeError if a way is neither; RangeError if there are no ways, or if `rounds` or `epochs` isn't a
 *   whole number from 1; the errors of {@link fit}
 * @example
 * const calibration = train.take(256);
 * const cost = await q.analysis.trainingCost({
 *   float: { model, epochs: 40 },
 *   PTQ: { run: () => q.quantize(model, scheme, { calibration }) },
 *   QAT: { model: qat, epochs: 15 },
 * }, train, { test, rounds: 3 });
 * cost.rows.map(({ way, measured }) => `${way}: ${measured}`); // [ "float: an epoch", "PTQ: once", "QAT: an epoch" ]
 */
export async function trainingCost(
  ways: Record<string, TrainedWay | OnceWay>,
  data: Dataset,
  options: TrainingCostOptions = {},
): Promise<TrainingCost> {
  checkOptions<TrainingCostOptions>("q.analysis.trainingCost", options, {
    test: true,
    rounds: true,
    signal: true,
  });
  const { test = data, rounds = 5, signal = findHost().signal } = options;
  checkCount("rounds", rounds);
  checkWays(ways);
  const state = new SavedState();
  const meters: Meter[] = [];
  try {
    for (const [name, way] of Object.entries(ways)) {
      meters.push("run" in way ? once(name, way, test) : trained(name, way, data, test));
    }
    for (const meter of meters) await meter.prepare(rounds, signal);
    for (let round = 0; round < rounds; round++) {
      for (const meter of meters) meter.times.push(await meter.measure());
    }
    return new TrainingCost(meters.map(rowOf));
  } finally {
    for (const meter of meters) await meter.end();
    state.restore();
  }
}

/** The measurements of a way. */
interface Meter {
  name: string;
  /** The number of epochs, or 1 for a way that runs once. */
  count: number;
  measured: TrainingCostRow["measured"];
  accuracy: number;
  memory: number;
  times: number[];
  prepare(rounds: number, signal: AbortSignal | undefined): Promise<void>;
  measure(): Promise<number>;
  end(): Promise<void>;
}

function trained(name: string, way: TrainedWay, data: Dataset, test: Dataset): Meter {
  const { model, epochs, fit: options } = way;
  const { batchSize = 64 } = options ?? {};
  let training: PausedTraining | undefined;
  return {
    name,
    count: epochs,
    measured: "an epoch",
    accuracy: accuracy(model, test),
    memory: 0,
    times: [],
    async prepare(rounds, signal) {
      const few = data.take(Math.min(data.size, 2 * batchSize));
      const once = { ...options, epochs: 1, compile: false, progress: false };
      this.memory = await peakBytes(() => trainModel(model, few, once));
      few.dispose();
      training = new PausedTraining(model, data, { ...options, epochs: warmUp + rounds, signal });
      for (let i = 0; i < warmUp; i++) await training.epoch();
    },
    measure: () => training!.epoch(),
    end: async () => training?.end(),
  };
}

function once(name: string, { run }: OnceWay, test: Dataset): Meter {
  return {
    name,
    count: 1,
    measured: "once",
    accuracy: Number.NaN,
    memory: 0,
    times: [],
    async prepare() {
      this.memory = await peakBytes(async () => {
        const model = await run();
        checkModel(model);
        this.accuracy = accuracy(model, test);
        model.dispose();
      });
    },
    async measure() {
      const begin = performance.now();
      const model = await run();
      const time = performance.now() - begin;
      model.dispose();
      return time;
    },
    end: async () => {},
  };
}

function rowOf({ name, count, measured, times, memory, accuracy }: Meter): TrainingCostRow {
  const sorted = times.toSorted((a, b) => a - b);
  const time = median(sorted)!;
  return {
    way: name,
    measured,
    "time (ms)": time,
    "low (ms)": quantileSorted(sorted, 0.25)!,
    "high (ms)": quantileSorted(sorted, 0.75)!,
    times: count,
    "total (s)": (time * count) / 1000,
    "memory (MB)": memory / 1e6,
    "accuracy (%)": 100 * accuracy,
  };
}

function checkWays(ways: Record<string, TrainedWay | OnceWay>): void {
  const entries = Object.entries(Object(ways) as typeof ways);
  if (entries.length === 0) {
    throw new RangeError(
      "invalid ways: none (expected as in { float: { model, epochs: 40 }, PTQ: { run: () => q.quantize(…) } })",
    );
  }
  const models = new Set<tf.LayersModel>();
  for (const [name, way] of entries) {
    if (typeof (way as OnceWay | undefined)?.run === "function") continue;
    const { model, epochs } = Object(way) as TrainedWay;
    if (model === undefined) {
      throw new TypeError(`invalid ways: ${name} (expected { model, epochs } or { run })`);
    }
    checkModel(model);
    checkCount("epochs", epochs);
    if (models.has(model)) {
      throw new TypeError(
        `invalid ways: the model of ${name} is that of another way too (expected a model for each way)`,
      );
    }
    models.add(model);
  }
}

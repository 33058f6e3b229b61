import { checkCount, checkOptions } from "../arguments/index.js";
import { Dataset } from "../datasets/index.js";
import { checkModel } from "../graph/index.js";
import { tf } from "../tensorflow/index.js";
import { batches } from "./data/batches.js";
import { evaluationBatchSize } from "./data/batchSizes.js";
import { type Examples, type TensorData, type TrainingData, takeExamples } from "./data/data.js";
import { classified, predictedClasses } from "./data/inputs.js";
import { type Measurement, makeEvaluation } from "./loop/step.js";
import type { Loss } from "./options/loss.js";
import { type Metrics, resultName } from "./options/metrics.js";
import { makeObjective } from "./options/objective.js";
import { warnUnready } from "./readiness.js";

/** How well a model does on a data set. */
export interface Evaluation {
  /** The mean cross-entropy in nats. */
  loss: number;
  /** The share of examples whose largest logit is their label, from 0 to 1. */
  accuracy: number;
}

/** Options of {@link evaluate}. */
export interface EvaluateOptions {
  /** How many examples are evaluated at a time. Default 512; it doesn't change the loss or the accuracy. */
  batchSize?: number;
  /** The loss, as in {@link fit}. */
  loss?: Loss;
  /** The metrics, as in {@link fit}. */
  metrics?: Metrics;
}

/**
 * The loss and the metrics of a model, in inference mode.
 *
 * @param model a tfjs Layers model
 * @param data the examples to evaluate: a data set, for a model whose outputs are logits or probabilities, or
 *   tensors
 * @returns the loss, without regularizers' penalties, and each metric by its name
 * @throws TypeError if `model` isn't a model or `data` isn't data, RangeError if shapes or classes differ
 * @example
 * q.evaluate(model, test); // ≈ { loss: 0.12, accuracy: 0.96 }
 */
export function evaluate(
  model: tf.LayersModel,
  data: Dataset,
  options?: { batchSize?: number },
): Evaluation;
export function evaluate(
  model: tf.LayersModel,
  data: TrainingData,
  options?: EvaluateOptions,
): { loss: number; [metric: string]: number };
export function evaluate(
  model: tf.LayersModel,
  data: TrainingData,
  options: EvaluateOptions = {},
): Evaluation & { [metric: string]: number } {
  checkOptions<EvaluateOptions>("q.evaluate", options, {
    batchSize: true,
    loss: true,
    metrics: true,
  });
  const { batchSize = evaluationBatchSize, loss, metrics } = options;
  checkModel(model);
  checkCount("batchSize", batchSize);
  const objective = makeObjective(model, data, { loss, metrics });
  const examples = takeExamples(model, data, { argument: "data", form: objective.form });
  warnUnready(model);
  try {
    const run = makeEvaluation({ model, objective });
    const totals = new Totals();
    for (const sums of measured(run, examples, batchSize)) totals.add(sums);
    return totals.means(objective.names.map(resultName), examples.size) as never;
  } finally {
    tf.dispose(examples.temporary);
  }
}

/** Options of {@link accuracy}. */
export interface AccuracyOptions {
  /** How many examples are evaluated at a time. Default 512; it doesn't change the accuracy. */
  batchSize?: number;
}

/**
 * The share of examples whose largest output is their class, from 0 to 1.
 *
 * @param model a classifier with one output, shape `[examples, classes]`
 * @param data a data set; or tensors, `{ xs, ys }`, with a class for each example as `ys`: shape `[examples]` or
 *   `[examples, 1]`, or one-hot `[examples, classes]`
 * @throws TypeError if `model` isn't a classifier or `data` isn't data, RangeError if shapes or classes differ
 * @example
 * q.accuracy(model, test); // ≈ 0.96
 */
export function accuracy(
  model: tf.LayersModel,
  data: TrainingData,
  options: AccuracyOptions = {},
): number {
  checkOptions<AccuracyOptions>("q.accuracy", options, { batchSize: true });
  const { batchSize = evaluationBatchSize } = options;
  if (!isTensorData(data)) return evaluate(model, data as Dataset, { batchSize }).accuracy;
  checkModel(model);
  checkCount("batchSize", batchSize);
  const { inputs, labels } = classified(model, data, "data");
  warnUnready(model);
  const classes = predictedClasses(model, inputs, batchSize);
  return classes.filter((named, i) => named === labels[i]).length / labels.length;
}

function isTensorData(data: TrainingData): data is TensorData {
  const { xs, ys } = Object(data) as Partial<TensorData>;
  return !(data instanceof Dataset) && xs !== undefined && ys !== undefined;
}

/** @internal The sums over each batch, read back. */
export function* measured(
  run: Measurement,
  examples: Examples,
  batchSize: number,
): Generator<ArrayLike<number>> {
  for (const batch of batches(examples, batchSize)) {
    yield tf.tidy(() => {
      try {
        return run(batch.inputs, batch.targets).dataSync() as never;
      } finally {
        tf.dispose([batch.inputs, batch.targets]);
      }
    });
  }
}

/** @internal Sums over batches, added in float64. */
export class Totals {
  readonly #totals: number[] = [];

  add(sums: ArrayLike<number>): void {
    for (let i = 0; i < sums.length; i++) this.#totals[i] = (this.#totals[i] ?? 0) + sums[i]!;
  }

  means(names: string[], size: number): Record<string, number> {
    return named(names, this.#totals, size);
  }
}

/** @internal The means that sums over `size` examples stand for, by name. */
export function named(
  names: string[],
  sums: ArrayLike<number>,
  size: number,
): Record<string, number> {
  return Object.fromEntries(names.map((name, i) => [name, sums[i]! / size]));
}

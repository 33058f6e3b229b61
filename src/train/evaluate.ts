import type { Dataset } from "../datasets/index.js";
import { checkModel } from "../models/check.js";
import { tf } from "../tensorflow/index.js";
import { batches } from "./batches.js";
import { type Examples, type TrainingData, takeExamples } from "./data.js";
import type { Loss } from "./loss.js";
import { type Metrics, resultName } from "./metrics.js";
import { makeObjective } from "./objective.js";
import { warnUnready } from "./readiness.js";
import { type Measurement, makeEvaluation } from "./step.js";

/** How well a model does on a data set. */
export interface Evaluation {
  /** Mean softmax cross-entropy in nats. */
  loss: number;
  /** The share of examples whose largest logit is their label, from 0 to 1. */
  accuracy: number;
}

/** Options of {@link evaluate}. */
export interface EvaluateOptions {
  /** Examples at a time. Default 512; it doesn't change the loss or the accuracy. */
  batchSize?: number;
  /** As in {@link fit}. */
  loss?: Loss;
  /** As in {@link fit}. */
  metrics?: Metrics;
}

/**
 * The loss and the metrics of a model, in inference mode.
 *
 * @param model a tfjs Layers model
 * @param data what to evaluate on: a data set, for a model whose outputs are logits, or tensors
 * @param options `batchSize` (default 512); `loss` and `metrics` as in {@link fit}
 * @returns the loss, without regularizers' penalties, and each metric by its name
 * @throws TypeError for what isn't a model or data, RangeError where shapes or classes differ
 * @example
 * q.evaluate(model, test); // { loss: 0.12, accuracy: 0.96 }
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
  { batchSize = 512, loss, metrics }: EvaluateOptions = {},
): Evaluation & { [metric: string]: number } {
  checkModel(model);
  checkWhole("batchSize", batchSize);
  const objective = makeObjective(model, data, { loss, metrics });
  const examples = takeExamples(model, data, { what: "data", form: objective.form });
  warnUnready(model);
  try {
    const run = makeEvaluation({ model, objective });
    const totals = new Totals();
    for (const sums of measured(run, examples, batchSize)) totals.add(sums);
    return totals.means(objective.names.map(resultName), examples.size) as never;
  } finally {
    tf.dispose(examples.made);
  }
}

/**
 * The share of examples that a model names right, from 0 to 1; parameters and errors are those of
 * {@link evaluate}.
 *
 * @example
 * q.accuracy(model, test); // 0.96
 */
export function accuracy(
  model: tf.LayersModel,
  data: Dataset,
  options?: { batchSize?: number },
): number {
  return evaluate(model, data, { batchSize: options?.batchSize }).accuracy;
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

/** @internal @throws RangeError for what isn't a whole number of at least 1 */
export function checkWhole(name: string, value: number): void {
  if (Number.isInteger(value) && value >= 1) return;
  throw new RangeError(`invalid ${name}: ${value} (expected a whole number of at least 1)`);
}

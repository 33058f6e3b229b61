import { tf } from "../../tensorflow/index.js";
import type { LossFunction } from "./loss.js";

/** The name of a metric of tfjs. */
export type MetricName =
  | "accuracy"
  | "acc"
  | "crossentropy"
  | "ce"
  | "binaryAccuracy"
  | "categoricalAccuracy"
  | "precision"
  | "categoricalCrossentropy"
  | "sparseCategoricalCrossentropy"
  | "mse"
  | "MSE"
  | "mae"
  | "MAE"
  | "mape"
  | "MAPE"
  | "cosine";

type Metric = MetricName | LossFunction;

/**
 * The `metrics` that `model.compile` takes: `"accuracy"`, names such as `"mse"`, or functions of targets and
 * output, as in `q.tf.metrics.recall`; for several outputs, all of them for each, or a record by the output's
 * name.
 */
export type Metrics = Metric | Metric[] | { [output: string]: Metric | Metric[] };

/**
 * @internal
 * A function under a fixed name, since tfjs names a metric after its function, and bundlers that make
 * code smaller rename functions.
 */
export function named<F extends (...args: never[]) => unknown>(name: string, metric: F): F {
  return Object.defineProperty(metric, "name", { value: name });
}

/** @internal For each example whether the largest logit is its label `[n, 1]`; the metric has tfjs's name. */
export const acc: LossFunction = named("acc", (labels: tf.Tensor, logits: tf.Tensor) =>
  tf
    .argMax(logits, -1)
    .equal(labels.reshape([-1]))
    .toFloat(),
);

/**
 * @internal
 * For each example whether its label is the likelier class, by the probability `[n, 1]` that the label is 1.
 */
export const binaryAcc: LossFunction = Object.defineProperty(
  (labels: tf.Tensor, probabilities: tf.Tensor) =>
    tf.greater(probabilities, 0.5).equal(labels.toBool()).toFloat().reshape([-1]),
  "name",
  { value: acc.name },
);

/** @internal The metrics with the function `accuracy` in place of the word `"accuracy"`. */
export function withAccuracy(metrics: Metrics, accuracy: LossFunction): Metrics {
  const replaced = (metric: Metric) =>
    metric === "accuracy" || metric === "acc" ? accuracy : metric;
  if (Array.isArray(metrics)) return metrics.map(replaced);
  if (typeof metrics !== "object") return replaced(metrics);
  const entries = Object.entries(metrics).map(([name, of]) => [name, [of].flat().map(replaced)]);
  return Object.fromEntries(entries) as Metrics;
}

/** @internal A metric's name in results and figures; in tfjs's logs the accuracy is `acc`. */
export function resultName(logName: string): string {
  return logName === "acc" ? "accuracy" : logName;
}

/** @internal A metric's name in an epoch's result, as in `validationAccuracy`. */
export function validationName(name: string): string {
  return `validation${name[0]!.toUpperCase()}${name.slice(1)}`;
}

/** @internal A loss or metric with a number of decimals; a smaller value with three digits. */
export function shown(value: number, decimals: number): string {
  const small = value !== 0 && Math.abs(value) < 10 ** -decimals;
  return small ? value.toExponential(2) : value.toFixed(decimals);
}

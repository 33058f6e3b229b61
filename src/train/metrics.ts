import { tf } from "../tensorflow/index.js";
import type { LossFunction } from "./loss.js";

type Metric = string | LossFunction;

/**
 * What `model.compile` takes as `metrics`: `"accuracy"`, names such as `"mse"`, or functions of
 * targets and output, as in `q.tf.metrics.recall`; for several outputs, all of them for each, or a
 * record by the output's name.
 */
export type Metrics = Metric | Metric[] | { [output: string]: Metric | Metric[] };

/** @internal For each example whether the largest logit is its label `[n, 1]`; its name is tfjs's. */
export function acc(labels: tf.Tensor, logits: tf.Tensor): tf.Tensor {
  return tf
    .argMax(logits, -1)
    .equal(labels.reshape([-1]))
    .toFloat();
}

/** @internal The metrics with `accuracy` in the place of the word. */
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

/** @internal A loss or metric to so many decimals; a smaller one to three digits. */
export function shown(value: number, decimals: number): string {
  const small = value !== 0 && Math.abs(value) < 10 ** -decimals;
  return small ? value.toExponential(2) : value.toFixed(decimals);
}

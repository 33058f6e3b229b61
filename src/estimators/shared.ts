import { arrange } from "../quantizers/granularity.js";
import type { ClippedGradients, IntegerFormat } from "../quantizers/index.js";
import { tf } from "../tensorflow/index.js";
import type { EstimatorContext, Parameters } from "./estimator.js";

/** @internal The sums over the values that share a parameter. */
export function sumShared(
  terms: tf.Tensor,
  parameter: tf.Tensor,
  format: IntegerFormat,
): tf.Tensor {
  if (parameter.rank === 0) return tf.sum(terms);
  return tf.sum(arrange(terms, format, parameter.size).rows, 0);
}

/** @internal Computes with x, in rows whose columns share a parameter, and the parameters themselves. */
export function inRows(
  xs: tf.Tensor[],
  parameter: tf.Tensor,
  format: IntegerFormat,
  compute: (...rows: tf.Tensor[]) => tf.Tensor,
): tf.Tensor {
  const scales = parameter.rank === 0 ? undefined : parameter.size;
  const arranged = xs.map((x) => arrange(x, format, scales));
  return arranged[0]!.restore(compute(...arranged.map(({ rows }) => rows)));
}

/**
 * @internal
 * The gradient for a scale: Σ dy · (x̂ − x)/scale over the values in the range, and for the others that of
 * the end, code · scale. LSQ's equation 3, in LSQ+ and PyTorch's learnable op the same.
 */
export function scaleGradient(
  gradients: ClippedGradients,
  x: tf.Tensor,
  value: tf.Tensor,
  { scale, zeroPoint }: Parameters,
  format: IntegerFormat,
): tf.Tensor {
  const { smallest, largest, symmetric } = format;
  const rounding = sumShared(tf.mul(gradients.x, tf.sub(value, x)), scale!, format);
  const inside = tf.div(rounding, scale!);
  const code = (end: number) => (symmetric || !zeroPoint ? end : tf.sub(end, zeroPoint));
  const terms = [inside];
  if (smallest !== 0 || (!symmetric && zeroPoint)) {
    terms.push(tf.mul(gradients.below, code(smallest)));
  }
  terms.push(tf.mul(gradients.above, code(largest)));
  return tf.addN(terms);
}

/**
 * @internal
 * What LSQ multiplies a scale's gradient by: 1/√(N · Q_P), N the weights, or the activations of one
 * example, that share the scale (Esser et al. 2020, section 2.2).
 */
export function scaleGradientScale(
  x: tf.Tensor,
  { role, format }: EstimatorContext,
  parameter: tf.Tensor,
): number {
  const examples = role === "activations" ? (x.shape[0] ?? 1) : 1;
  const count = Math.max(1, x.size / examples / parameter.size);
  return 1 / Math.sqrt(count * Math.max(1, format.largest));
}

import type { ClippedGradients } from "../quantizers/fakeQuantizeGradient.js";
import { arrange } from "../quantizers/granularity.js";
import type { IntegerFormat, RangeTensors } from "../quantizers/index.js";
import { tf } from "../tensorflow/index.js";
import type { EstimatorContext } from "./estimator.js";

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
 * The gradient for the logarithm of a scale, which is the scale's times the scale: Σ dy · (x̂ − x) over the values
 * in the range, and for the others dy times the end's value. It is LSQ's equation 3, round(v) − v or the
 * end's code, times the scale.
 */
export function logScaleGradient(
  gradients: ClippedGradients,
  x: tf.Tensor,
  { range: { min, max }, value }: { range: RangeTensors; value: tf.Tensor },
  format: IntegerFormat,
): tf.Tensor {
  return tf.addN([
    sumShared(tf.mul(gradients.x, tf.sub(value, x)), min, format),
    tf.mul(gradients.below, min),
    tf.mul(gradients.above, max),
  ]);
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

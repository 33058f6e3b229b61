import type { Grid, RangeGradients } from "../quantizers/index.js";
import { tf } from "../tensorflow/index.js";
import type { EstimatorContext } from "./estimator.js";

/**
 * @internal
 * The gradient for the logarithm of a scale, which is the scale's gradient times the scale: the sum of dy · (x̂
 * − x) over the values in the range, and of dy times the end's value over the others. It is LSQ's equation 3,
 * round(v) − v or the end's code, times the scale.
 */
export function logScaleGradient(
  { rounding, below, above }: RangeGradients,
  { min, max }: Grid,
): tf.Tensor {
  return tf.addN([rounding, tf.mul(below, min), tf.mul(above, max)]);
}

/**
 * @internal
 * The factor that LSQ multiplies a scale's gradient by: 1/√(N · Q_P), with N the number of weights, or of one
 * example's activations, that share the scale (Esser et al. 2020, section 2.2).
 */
export function scaleGradientScale(count: number, { format }: EstimatorContext): number {
  return 1 / Math.sqrt(count * Math.max(1, format.largest));
}

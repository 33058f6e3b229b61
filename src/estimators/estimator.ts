import type { IntegerFormat, Range, RangeTensors } from "../quantizers/index.js";
import type { tf } from "../tensorflow/index.js";

/** What a tensor is in a network; some estimators are made for one of the two. */
export type TensorRole = "weights" | "activations";

/** Parameters of a grid by name, scalars or `[channels]`: `{ min, max }`, or what an estimator learns. */
export type Parameters = Readonly<Record<string, tf.Tensor>>;

/** What an estimator is told besides the tensors. */
export interface EstimatorContext {
  readonly format: IntegerFormat;
  readonly role: TensorRole;
  /** Noise belongs to training; without it the value is the nearest code's. */
  readonly training: boolean;
}

/** Parameters that are trained with the weights. */
export interface LearnedParameters {
  readonly names: readonly string[];
  /** Those which stay: they are kept with the others, and their gradient is 0. Default none. */
  readonly fixed?: readonly string[];
  /**
   * Those which are above 0: what is trained is their logarithm, so that no step makes them negative
   * (`logarithmOf` and `fromLogarithm` keep them between 2⁻¹⁰⁰ and 2¹⁰⁰).
   */
  readonly positive: readonly string[];
  /** Their first values, from the range that was calibrated and for weights the values themselves. */
  initialize(
    start: { range: Range; values?: ArrayLike<number> },
    context: EstimatorContext,
  ): Record<string, Float32Array>;
  /** The range that they stand for. Rounding to its grid is what inference and conversion do. */
  range(parameters: Parameters, context: EstimatorContext): RangeTensors;
  /** What their gradients are multiplied by. Default 1. */
  gradientScale?(x: tf.Tensor, context: EstimatorContext, parameters: Parameters): number;
}

/**
 * How a gradient passes through rounding: a value, and what stands for its derivative, which is 0 almost
 * everywhere. One that learns nothing has the parameters `min` and `max`, which stay.
 */
export interface Estimator {
  readonly name: string;
  /** Paper and equations. */
  readonly source: string;
  /** What it is made for; other tensors get the clipped straight-through estimator. Default: both. */
  readonly roles?: readonly TensorRole[];
  readonly learned?: LearnedParameters;
  /**
   * The value, float32 of x's shape, whose last axis is that of the channels; `range` is the parameters' range, whose grid the value is on in inference.
   */
  forward(
    x: tf.Tensor,
    parameters: Parameters,
    context: EstimatorContext,
    range: RangeTensors,
  ): tf.Tensor;
  /**
   * The gradients for `x`, and for each learned parameter by its name, of their shapes; one that isn't
   * named is 0. What `forward` took and gave is there again.
   */
  backward(
    dy: tf.Tensor,
    x: tf.Tensor,
    parameters: Parameters,
    context: EstimatorContext,
    made: { range: RangeTensors; value: tf.Tensor },
  ): Readonly<Record<string, tf.Tensor>>;
}

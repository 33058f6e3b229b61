import type { Grid, IntegerFormat, RangeTensors, ValueRange } from "../quantizers/index.js";
import type { tf } from "../tensorflow/index.js";

/** The role of a tensor in a network; some estimators are made for one of the two. */
export type TensorRole = "weights" | "activations";

/**
 * Parameters of a grid by name, scalars or `[channels]`: `{ min, max }`, or the parameters that an estimator
 * learns.
 */
export type EstimatorParameters = Readonly<Record<string, tf.Tensor>>;

/** The settings that an estimator gets besides the tensors. */
export interface EstimatorContext {
  readonly format: IntegerFormat;
  readonly role: TensorRole;
  /** Whether the model trains. Noise belongs to training; without it the value is the nearest one of the grid. */
  readonly training: boolean;
}

/** The input of an estimator's `forward`. */
export interface ForwardInput extends EstimatorContext {
  /**
   * The values, float32: `[rows, channels]` where a grid belongs to each channel, else of any shape. Parameters
   * broadcast over them, since their shape is `[channels]` or `[]`.
   */
  readonly x: tf.Tensor;
  /** The grid of the parameters' range. In inference the values lie on it. */
  readonly grid: Grid;
  /** `min` and `max`, or the parameters that the estimator learns. */
  readonly parameters: EstimatorParameters;
}

/**
 * The input of an estimator's `backward`: the input of `forward`, its result, and the gradient for this result.
 */
export interface BackwardInput extends ForwardInput {
  /** The gradient of the loss for `value`, of x's shape. */
  readonly dy: tf.Tensor;
  /** The result of `forward`. */
  readonly value: tf.Tensor;
}

/** Parameters that are trained with the weights. */
export interface LearnedParameters {
  readonly names: readonly string[];
  /** The names of the parameters that stay as they are: their gradient is 0. Default none. */
  readonly fixed?: readonly string[];
  /**
   * The names of the parameters that are above 0. Their logarithms are trained, so that no step makes the
   * parameters negative. The parameters are held between 2⁻¹⁰⁰ and 2¹⁰⁰.
   */
  readonly positive: readonly string[];
  /** The parameters' first values, from the calibrated range and, for weights, from the values themselves. */
  initialize(
    start: { range: ValueRange; values?: ArrayLike<number> },
    context: EstimatorContext,
  ): Record<string, Float32Array>;
  /** The range that the parameters stand for. Inference and conversion round to the grid of this range. */
  range(parameters: EstimatorParameters, context: EstimatorContext): RangeTensors;
  /**
   * The factor that the parameters' gradients are multiplied by. Default 1.
   *
   * @param count how many values share a parameter: all of a weight, or those of one example
   */
  gradientScale?(count: number, context: EstimatorContext): number;
}

/**
 * How a gradient passes through rounding: a rounded value, and a gradient in place of the true one, which is 0
 * almost everywhere. An estimator that learns nothing has the parameters `min` and `max`, which stay as they
 * are.
 *
 * @example
 * // The gradient passes within the range; from outside it leads back only.
 * const wayBack: q.estimators.Estimator = {
 *   name: "wayBack",
 *   source: "lesson 07",
 *   backward({ dy, x, grid: { min, max } }) {
 *     const above = q.tf.where(x.greater(max), dy.maximum(0), dy);
 *     return { x: q.tf.where(x.less(min), dy.minimum(0), above) };
 *   },
 * };
 * const options = { estimator: wayBack, range: { min: -1, max: 0.75 } };
 * const round = (x: q.tf.Tensor) => q.estimators.apply(x, q.int(3), options);
 * q.tf.grad((x) => round(x).mul([1, -1, 1]).sum())(q.tf.tensor([3, 3, 0.1])); // [ 1, 0, 1 ]
 */
export interface Estimator {
  readonly name: string;
  /** The paper and the equations that the estimator comes from. */
  readonly source: string;
  /**
   * The roles that the estimator is made for; tensors of the other role get the clipped straight-through
   * estimator. Default: both.
   */
  readonly roles?: readonly TensorRole[];
  readonly learned?: LearnedParameters;
  /** The value, float32 of x's shape. Default: `grid.round(x)`, the nearest value of the grid. */
  forward?(input: ForwardInput): tf.Tensor;
  /**
   * The gradients for `x`, and for each learned parameter by its name, of their shapes. A parameter without an
   * entry has the gradient 0.
   */
  backward(input: BackwardInput): Readonly<Record<string, tf.Tensor>>;
}

import type {
  Estimator,
  EstimatorChoice,
  ForwardInput,
  TensorRole,
} from "../../estimators/index.js";
import {
  chosen,
  estimatorFor,
  names as estimatorNames,
  gridFor,
  roundedBy,
  parameters as startingParameters,
} from "../../estimators/index.js";
import {
  checkFormat,
  checkRange,
  coveringRange,
  type IntegerFormat,
  int,
  type ValueRange,
} from "../../quantizers/index.js";
import { tf } from "../../tensorflow/index.js";

/** Options of the analyses of estimators. */
export interface EstimatorOptions {
  /** The estimators, by name or as objects. Default: all estimators of the library. */
  estimators?: readonly EstimatorChoice[];
  /** The format to round to. Default `q.int(3)`. */
  format?: IntegerFormat;
  /** The range, `min` and `max`, both numbers. Default: the range that covers −1 to 1, for `uint` 0 to 1. */
  range?: { min: number; max: number };
  /**
   * The role of the rounded tensor. An estimator that is made for the other role is replaced by the clipped
   * straight-through estimator. Default `"activations"`.
   */
  role?: TensorRole;
}

/** @internal An estimator with its starting parameters. */
export interface EstimatorInUse {
  name: string;
  estimator: Estimator;
  /** The input of the estimator's `forward`, without the values. */
  input: Omit<ForwardInput, "x">;
}

/**
 * @internal
 * The options with their defaults.
 *
 * @throws TypeError if there is no list of estimators; RangeError if the range isn't made of numbers, `min` below `max`
 */
export function estimatorOptions({
  estimators = estimatorNames(),
  format = int(3),
  range,
  role = "activations",
}: EstimatorOptions) {
  checkFormat(format);
  const lowest = format.kind === "uint" ? 0 : -1;
  const covered = range ?? coveringRange(format, { min: lowest, max: 1 });
  checkRange(covered);
  if (typeof covered.min !== "number" || covered.max <= covered.min) {
    throw new RangeError(
      `invalid range: ${covered.min} to ${covered.max} (expected numbers, min below max, as in { min: -1, max: 0.75 })`,
    );
  }
  if (!Array.isArray(estimators) || estimators.length === 0) {
    throw new TypeError(
      `invalid estimators: ${estimators} (expected names, as in { estimators: ["ste", "lsq"] })`,
    );
  }
  return { estimators, format, range: covered, role };
}

/** @internal An estimator with its starting parameters for a range; to be called in a tidy. */
export function inUse(
  choice: EstimatorChoice,
  format: IntegerFormat,
  range: ValueRange,
  role: TensorRole,
): EstimatorInUse {
  const estimator = estimatorFor(choice, role);
  const parameters = startingParameters(estimator, format, range, { role });
  const context = { format, role, training: true };
  return {
    name: nameOf(choice),
    estimator,
    input: { ...context, parameters, grid: gridFor(estimator, parameters, context) },
  };
}

/** @internal The name of the chosen estimator, even if another estimator takes its place for the role. */
export function nameOf(choice: EstimatorChoice): string {
  return typeof choice === "string" ? choice : chosen(choice).name;
}

/** The number of drawn values in a tensor, which is enough for a mean and takes little memory. */
const values = 2 ** 20;

/**
 * @internal
 * The values, repeated in rows for a mean over draws, or once if the estimator has no noise; to be called in a
 * tidy.
 *
 * @param x the values, of shape `[1, points]`
 */
export function drawn(x: tf.Tensor, { estimator, input }: EstimatorInUse): tf.Tensor {
  const [first, second] = [0, 1].map(() => roundedBy(estimator, { ...input, x }));
  const differ = tf.any(tf.notEqual(first!, second!)).dataSync()[0];
  return differ ? tf.tile(x, [Math.max(16, Math.floor(values / x.size)), 1]) : x;
}

import type { Estimator, EstimatorContext, Parameters, TensorRole } from "../estimators/index.js";
import { rangeFor } from "../estimators/parameters.js";
import { names as estimatorNames, parameters as startingParameters } from "../estimators/public.js";
import { estimatorFor } from "../estimators/registry.js";
import { checkFormat } from "../quantizers/format.js";
import {
  coveringRange,
  type IntegerFormat,
  int,
  type Range,
  type RangeTensors,
} from "../quantizers/index.js";
import { checkRange } from "../quantizers/range.js";
import { tf } from "../tensorflow/index.js";

/** What estimators are looked at with. */
export interface EstimatorOptions {
  /** Names, or estimators of one's own. Default: all. */
  estimators?: readonly (string | Estimator)[];
  /** Default `q.int(3)`. */
  format?: IntegerFormat;
  /** `min` and `max`, numbers. Default: what covers −1 to 1, for `uint` 0 to 1. */
  range?: { min: number; max: number };
  /** Some estimators are made for one of the two, and are the clipped straight-through estimator else. Default `"activations"`. */
  role?: TensorRole;
}

/** @internal One estimator with what it starts from. */
export interface EstimatorInUse {
  name: string;
  estimator: Estimator;
  parameters: Parameters;
  context: EstimatorContext;
  /** The parameters' range. */
  range: RangeTensors;
}

/** @internal The options with their defaults. @throws TypeError, RangeError for wrong ones. */
export function estimatorOptions({
  estimators = estimatorNames(),
  format = int(3),
  range,
  role = "activations",
}: EstimatorOptions) {
  checkFormat(format);
  const lowest = format.kind === "uint" ? 0 : -1;
  const covered = range ?? coveringRange(lowest, 1, format);
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

/** @internal An estimator, its parameters those of a range. Inside a tidy. */
export function inUse(
  estimator: string | Estimator,
  format: IntegerFormat,
  range: Range,
  role: TensorRole,
): EstimatorInUse {
  const used = estimatorFor(estimator, role);
  const parameters = startingParameters(used, format, range, { role });
  const context = { format, role, training: true };
  return {
    name: typeof estimator === "string" ? estimator : estimator.name,
    estimator: used,
    parameters,
    context,
    range: rangeFor(used, parameters, context),
  };
}

/** Values of a tensor that draws fill; enough for a mean, and little memory. */
const values = 2 ** 20;

/**
 * @internal
 * The values in rows, as often as a mean over draws needs them: once where the estimator has no noise. Inside a
 * tidy.
 *
 * @param x `[1, points]`
 */
export function drawn(
  x: tf.Tensor,
  { estimator, parameters, context, range }: EstimatorInUse,
): tf.Tensor {
  const [first, second] = [0, 1].map(() => estimator.forward(x, parameters, context, range));
  const differ = tf.any(tf.notEqual(first!, second!)).dataSync()[0];
  return differ ? tf.tile(x, [Math.max(16, Math.floor(values / x.size)), 1]) : x;
}

import { checkOptions } from "../arguments/index.js";
import type { IntegerFormat, RangeTensors, ValueRange } from "../quantizers/index.js";
import { checkFormat, checkRange, floats, rangeTensors } from "../quantizers/index.js";
import { tf } from "../tensorflow/index.js";
import { applyEstimator } from "./apply.js";
import type { Estimator, EstimatorParameters, TensorRole } from "./estimator.js";
import { type EstimatorChoice, estimatorFor } from "./registry.js";

/** Options of {@link apply}. */
export interface ApplyOptions {
  /** How gradients pass through rounding. Default `"clippedSte"`. */
  estimator?: EstimatorChoice;
  /** The range, for estimators that learn no parameters; for others the range that their parameters start from. */
  range?: ValueRange | RangeTensors;
  /** The parameters that the estimator learns, by name, as {@link parameters} makes them. */
  parameters?: EstimatorParameters;
  /**
   * Whether the tensor holds weights or activations: some estimators are made for one of them only. Default
   * `"weights"`.
   */
  role?: TensorRole;
  /** Whether estimators with noise draw it. Default true. */
  training?: boolean;
}

/**
 * Fake quantization by an estimator: rounds x to the format, and passes gradients on to x, and to the
 * parameters that the estimator learns, in its way. The gradients are the paper's, with the factors that the
 * paper's training multiplies them by, such as LSQ's 1/√(N · Q_P).
 *
 * @param x float32 of any shape; per channel its last axis, or its last axes together, are the channels
 * @returns float32 of x's shape
 * @throws TypeError if the estimator is unknown, if range and parameters are both absent, or if the parameters' names
 *   aren't the estimator's
 * @example
 * const round = (x: q.tf.Tensor) => q.estimators.apply(x, q.uint(2), { range: { min: 0, max: 3 }, estimator: "ste" });
 * round(q.tf.tensor([0.6, 9])); // [ 1, 3 ]
 * q.tf.grad((x) => round(x).sum())(q.tf.tensor([0.6, 9])); // [ 1, 1 ]
 */
export function apply(
  x: tf.Tensor | tf.TensorLike,
  format: IntegerFormat,
  options: ApplyOptions = {},
): tf.Tensor {
  checkOptions<ApplyOptions>("q.estimators.apply", options, {
    estimator: true,
    range: true,
    parameters: true,
    role: true,
    training: true,
  });
  const {
    estimator = "clippedSte",
    range,
    parameters,
    role = "weights",
    training = true,
  } = options;
  checkFormat(format);
  const used = estimatorFor(estimator, role);
  const context = { format, role, training };
  return tf.tidy(() => {
    const values = parameters ?? startingFrom(used, format, range, role);
    checkNames(used, values);
    return applyEstimator(used, floats(x), values, context);
  });
}

/** Options of {@link parameters}. */
export interface ParametersOptions {
  /**
   * Whether the tensor holds weights or activations: some estimators are made for one of them only. Default
   * `"weights"`.
   */
  role?: TensorRole;
}

/**
 * The parameters that an estimator starts to learn from, for a range; `{ min, max }` for an estimator that
 * learns none. To train the parameters, make variables of them; for a positive parameter, such as a scale, make
 * a variable of its logarithm and pass `logarithm.exp()`.
 *
 * @param range `min` and `max`: numbers, or one for each channel
 * @returns scalars, or `[channels]`, by name
 * @throws TypeError if the estimator or the format is unknown, RangeError if the range doesn't hold 0
 * @example
 * const { scale } = q.estimators.parameters("lsq", q.uint(2), { min: 0, max: 6 });
 * scale; // [ 2 ]
 */
export function parameters(
  estimator: EstimatorChoice,
  format: IntegerFormat,
  range: ValueRange,
  options: ParametersOptions = {},
): Record<string, tf.Tensor> {
  checkOptions<ParametersOptions>("q.estimators.parameters", options, { role: true });
  const { role = "weights" } = options;
  checkFormat(format);
  return startingFrom(estimatorFor(estimator, role), format, range, role);
}

function startingFrom(
  { learned, name }: Estimator,
  format: IntegerFormat,
  range: ValueRange | RangeTensors | undefined,
  role: TensorRole,
): Record<string, tf.Tensor> {
  if (!range) {
    throw new TypeError(
      `invalid range: ${range} (expected { min, max }${learned ? ` or parameters, as q.estimators.parameters("${name}", format, { min, max }) makes them` : ""})`,
    );
  }
  if (!learned) return { ...(rangeTensors(range, format) as RangeTensors) };
  const numbers = numbersOf(range);
  checkRange(numbers);
  const context = { format, role, training: true };
  const first = learned.initialize({ range: numbers }, context);
  const scalar =
    typeof numbers.min === "number" || (numbers.min.length === 1 && format.per === "tensor");
  return Object.fromEntries(
    Object.entries(first).map(([name, values]) => [
      name,
      scalar ? tf.scalar(values[0]!) : tf.tensor1d(values),
    ]),
  );
}

function numbersOf({ min, max }: ValueRange | RangeTensors): ValueRange {
  const read = (end: unknown) => {
    if (!(end instanceof tf.Tensor)) return end as ValueRange["min"];
    return end.rank === 0 ? end.dataSync()[0]! : end.dataSync();
  };
  return { min: read(min), max: read(max) };
}

function checkNames({ name, learned }: Estimator, parameters: EstimatorParameters): void {
  const expected = learned?.names ?? ["min", "max"];
  const missing = expected.find((name) => !(parameters[name] instanceof tf.Tensor));
  const other = Object.keys(parameters).find((name) => !expected.includes(name));
  if (missing === undefined && other === undefined) return;
  throw new TypeError(
    `invalid parameters of ${name}: ${missing === undefined ? other : `no tensor ${missing}`} (expected ${expected.join(", ")})`,
  );
}

import { floats } from "../quantizers/fakeQuantize.js";
import { checkFormat } from "../quantizers/format.js";
import type { IntegerFormat, Range, RangeTensors } from "../quantizers/index.js";
import { checkRange } from "../quantizers/range.js";
import { rangeTensors } from "../quantizers/scales.js";
import { tf } from "../tensorflow/index.js";
import { applyEstimator } from "./apply.js";
import type { Estimator, Parameters, TensorRole } from "./estimator.js";
import { estimatorFor } from "./registry.js";

/** Options of {@link fakeQuantize}. */
export interface FakeQuantizeOptions {
  /** How gradients pass: a name, or an estimator of one's own. Default `"clippedSte"`. */
  estimator?: string | Estimator;
  /** The range, for estimators that learn none, or where their parameters start. */
  range?: Range | RangeTensors;
  /** What the estimator learns, by name, as {@link parameters} makes it. */
  parameters?: Parameters;
  /** Some estimators are made for weights or for activations only. Default `"weights"`. */
  role?: TensorRole;
  /** Whether estimators with noise draw it. Default true. */
  training?: boolean;
}

/**
 * Fake quantization by an estimator: rounds x to the format, and passes gradients on to x, and to the parameters that the
 * estimator learns, in its way. They are those of the paper; what training multiplies them by, as LSQ's
 * 1/√(N · Q_P), is included.
 *
 * @param x float32 of any shape; per channel its last axis, or its last axes together, are the channels
 * @param options `range` or `parameters`, and `estimator`, `role`, `training`
 * @returns float32 of x's shape
 * @throws TypeError for another estimator, neither range nor parameters, or others than it has
 * @example
 * const round = (x: q.tf.Tensor) => q.estimators.fakeQuantize(x, q.uint(2), { range: { min: 0, max: 3 }, estimator: "ste" });
 * round(q.tf.tensor([0.6, 9])); // [ 1, 3 ]
 * q.tf.grad((x) => round(x).sum())(q.tf.tensor([0.6, 9])); // [ 1, 1 ]
 */
export function fakeQuantize(
  x: tf.Tensor | tf.TensorLike,
  format: IntegerFormat,
  {
    estimator = "clippedSte",
    range,
    parameters: given,
    role = "weights",
    training = true,
  }: FakeQuantizeOptions = {},
): tf.Tensor {
  checkFormat(format);
  const used = estimatorFor(estimator, role);
  const context = { format, role, training };
  return tf.tidy(() => {
    const values = given ?? startingFrom(used, format, range, role);
    checkNames(used, values);
    return applyEstimator(used, floats(x), values, context);
  });
}

/**
 * The parameters of an estimator where learning starts, from a range: `{ min, max }` for those that learn none.
 * Make variables of them to train them; the positive ones, such as a scale, as `logarithm.exp()`.
 *
 * @param range `min` and `max`: numbers, or one for each channel
 * @returns scalars, or `[channels]`, by name
 * @throws TypeError for another estimator or format, RangeError for a range without 0
 * @example
 * const { scale } = q.estimators.parameters("lsq", q.uint(2), { min: 0, max: 6 });
 * scale; // [ 2 ]
 */
export function parameters(
  estimator: string | Estimator,
  format: IntegerFormat,
  range: Range,
  { role = "weights" }: { role?: TensorRole } = {},
): Record<string, tf.Tensor> {
  checkFormat(format);
  return startingFrom(estimatorFor(estimator, role), format, range, role);
}

function startingFrom(
  { learned, name }: Estimator,
  format: IntegerFormat,
  range: Range | RangeTensors | undefined,
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
  const scalar = typeof numbers.min === "number";
  return Object.fromEntries(
    Object.entries(first).map(([name, values]) => [
      name,
      scalar ? tf.scalar(values[0]!) : tf.tensor1d(values),
    ]),
  );
}

function numbersOf({ min, max }: Range | RangeTensors): Range {
  const read = (end: unknown) => {
    if (!(end instanceof tf.Tensor)) return end as Range["min"];
    return end.rank === 0 ? end.dataSync()[0]! : end.dataSync();
  };
  return { min: read(min), max: read(max) };
}

function checkNames({ name, learned }: Estimator, given: Parameters): void {
  const expected = learned?.names ?? ["min", "max"];
  const missing = expected.find((name) => !(given[name] instanceof tf.Tensor));
  const other = Object.keys(given).find((name) => !expected.includes(name));
  if (missing === undefined && other === undefined) return;
  throw new TypeError(
    `invalid parameters of ${name}: ${missing === undefined ? other : `no tensor ${missing}`} (expected ${expected.join(", ")})`,
  );
}

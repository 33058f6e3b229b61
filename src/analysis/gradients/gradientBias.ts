import { checkCount, checkOptions } from "../../arguments/index.js";
import { roundedBy } from "../../estimators/index.js";
import { affine } from "../../quantizers/index.js";
import { tf } from "../../tensorflow/index.js";
import { drawn, type EstimatorOptions, estimatorOptions, inUse } from "./estimatorPoints.js";
import { type BiasPoint, GradientBias } from "./gradientBiasResult.js";

/** Options of {@link gradientBias}. */
export interface GradientBiasOptions extends EstimatorOptions {
  /**
   * The value at which the loss, the squared distance of the rounded value to it, is 0. Default: 0.35 of the
   * range's upper end.
   */
  target?: number;
  /** The standard deviation of the noise on the value, in steps. Default 0.5. */
  noise?: number;
  /** The number of values in the range. Default 81. */
  points?: number;
}

/** The number of cells in a step: an even number, so that no threshold of rounding lies inside a cell. */
const cells = 64;

/**
 * Measures how far an estimator's gradient is from the gradient of the loss. A rounded value has no useful
 * derivative, but its expected loss L(w) = E[(q(w + ε) − target)²] over Gaussian noise ε, such as the spread of
 * a mini-batch, is smooth. The bias is the mean of the estimator's gradients at w + ε, less the finite
 * difference of L. If an estimator rounds at random or adds noise, the expectation is over its draws too.
 *
 * The expectation is a sum over 64 cells in each step; it is exact for step functions, up to the error of the
 * normal density in a cell. Estimators with noise are drawn a million times in all: with `noise` below 0.25
 * their finite differences scatter.
 *
 * @returns a result with `rows`, a row for each estimator, `points`, a `table` and a `figure`
 * @throws TypeError if an estimator is unknown; RangeError if the noise isn't above 0, the range doesn't
 *   contain 0, the format has more than 8 bits, or there are fewer than 2 points
 * @example
 * const bias = q.analysis.gradientBias({ estimators: ["none", "clippedSte"], noise: 1 });
 * bias.rows.map((row) => row.estimator); // [ "none", "clippedSte" ]
 */
export function gradientBias(options: GradientBiasOptions = {}): GradientBias {
  checkOptions<GradientBiasOptions>("q.analysis.gradientBias", options, {
    target: true,
    noise: true,
    points: true,
    estimators: true,
    format: true,
    range: true,
    role: true,
  });
  const { target, noise = 0.5, points = 81, ...rest } = options;
  const { estimators, format, range, role } = estimatorOptions(rest);
  const goal = target ?? 0.35 * range.max;
  if (!Number.isFinite(goal)) {
    throw new RangeError(`invalid target: ${goal} (expected a finite number)`);
  }
  if (!(noise > 0 && noise <= 100)) {
    throw new RangeError(`invalid noise: ${noise} (expected steps, above 0 and up to 100)`);
  }
  if (format.bits > 8) {
    throw new RangeError(`invalid format: ${format} (expected at most 8 bits, as in q.int(3))`);
  }
  checkCount("points", points, { least: 2 });
  const step = affine(format, range).scale[0]!;
  const deviation = noise * step;
  const margin = step + 6 * deviation;
  const first = Math.floor((range.min - margin) / step) * cells;
  const last = Math.ceil((range.max + margin) / step) * cells;
  const xs = Float64Array.from(
    { length: last - first },
    (_, i) => ((first + i + 0.5) * step) / cells,
  );
  const positions = Array.from(
    { length: points },
    (_, i) => range.min + ((range.max - range.min) * i) / (points - 1),
  );
  const results = estimators.flatMap((choice): BiasPoint[] => {
    const { name, losses, gradients } = tf.tidy(() => {
      const used = inUse(choice, format, range, role);
      const { name, estimator, input } = used;
      const x = drawn(tf.tensor2d(Float32Array.from(xs), [1, xs.length]), used);
      const value = roundedBy(estimator, { ...input, x });
      const error = tf.sub(value, goal);
      const { x: gradient } = estimator.backward({ ...input, x, value, dy: tf.mul(error, 2) });
      return {
        name,
        losses: tf.mean(tf.square(error), 0).dataSync(),
        gradients: tf.mean(gradient!, 0).dataSync(),
      };
    });
    const expectation = (w: number, values: ArrayLike<number>) => {
      let [sum, weights] = [0, 0];
      xs.forEach((x, i) => {
        const weight = Math.exp(-(((x - w) / deviation) ** 2) / 2);
        sum += weight * values[i]!;
        weights += weight;
      });
      return sum / weights;
    };
    const h = deviation / 100;
    return positions.map((x) => {
      const gradient = expectation(x, gradients);
      const slope = (expectation(x + h, losses) - expectation(x - h, losses)) / (2 * h);
      return {
        estimator: name,
        x,
        loss: expectation(x, losses),
        gradient,
        "finite difference": slope,
        bias: gradient - slope,
      };
    });
  });
  return new GradientBias(results);
}

import { affine } from "../quantizers/index.js";
import { tf } from "../tensorflow/index.js";
import { drawn, type EstimatorOptions, estimatorOptions, inUse } from "./estimatorPoints.js";
import { type BiasPoint, GradientBias } from "./gradientBiasResult.js";

/** Options of {@link gradientBias}. */
export interface GradientBiasOptions extends EstimatorOptions {
  /** Where the loss, the squared distance of the rounded value, has its minimum. Default: 0.35 of the range's upper end. */
  target?: number;
  /** The standard deviation of the noise on the value, in steps. Default 0.5. */
  noise?: number;
  /** How many values. Default 81. */
  points?: number;
}

/** Cells of a step; an even number, so that no rounding's threshold lies inside of one. */
const cells = 64;

/**
 * How far an estimator's gradient is from that of the loss. A rounded value has no useful derivative, but its
 * expected loss L(w) = E[(q(w + ε) − target)²] over Gaussian noise ε, such as the spread of a mini-batch, is smooth:
 * the bias is the mean of the estimator's gradients at w + ε, less the finite difference
 * of L. Where an estimator rounds by chance or adds noise, the expectation is over that as well.
 *
 * The expectation is a sum over 64 cells a step, exact for step functions but for the error of the normal
 * density in a cell. Estimators with noise are drawn a million times in all: with `noise` below 0.25 their finite
 * differences scatter.
 *
 * @param options `estimators`, `format`, `range`, `role`, `target`, `noise`, `points`
 * @returns a result with `rows`, a row for each estimator, `points`, a `table` and a `figure`
 * @throws TypeError for another estimator, RangeError for noise that isn't above 0, or a range without 0
 * @example
 * const bias = q.analysis.gradientBias({ estimators: ["none", "clippedSte"], noise: 1 });
 * bias.rows.map((row) => row.estimator); // [ "none", "clippedSte" ]
 */
export function gradientBias({
  target,
  noise = 0.5,
  points = 81,
  ...options
}: GradientBiasOptions = {}): GradientBias {
  const { estimators, format, range, role } = estimatorOptions(options);
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
  if (!Number.isInteger(points) || points < 2) {
    throw new RangeError(`invalid points: ${points} (expected an integer from 2)`);
  }
  const step = affine(format, range).scale[0]!;
  const deviation = noise * step;
  const margin = step + 6 * deviation;
  const first = Math.floor((range.min - margin) / step) * cells;
  const last = Math.ceil((range.max + margin) / step) * cells;
  const xs = Float64Array.from(
    { length: last - first },
    (_, i) => ((first + i + 0.5) * step) / cells,
  );
  const at = Array.from(
    { length: points },
    (_, i) => range.min + ((range.max - range.min) * i) / (points - 1),
  );
  const found = estimators.flatMap((given): BiasPoint[] => {
    const { name, losses, gradients } = tf.tidy(() => {
      const used = inUse(given, format, range, role);
      const { name, estimator, parameters, context } = used;
      const x = drawn(tf.tensor2d(Float32Array.from(xs), [1, xs.length]), used);
      const value = estimator.forward(x, parameters, context, used.range);
      const error = tf.sub(value, goal);
      const { x: gradient } = estimator.backward(tf.mul(error, 2), x, parameters, context, {
        range: used.range,
        value,
      });
      return {
        name,
        losses: tf.mean(tf.square(error), 0).dataSync(),
        gradients: tf.mean(gradient!, 0).dataSync(),
      };
    });
    const expectation = (w: number, of: ArrayLike<number>) => {
      let [sum, weights] = [0, 0];
      xs.forEach((x, i) => {
        const weight = Math.exp(-(((x - w) / deviation) ** 2) / 2);
        sum += weight * of[i]!;
        weights += weight;
      });
      return sum / weights;
    };
    const h = deviation / 100;
    return at.map((x) => {
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
  return new GradientBias(found);
}

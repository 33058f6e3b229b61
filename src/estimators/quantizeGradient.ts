import { divisor } from "../quantizers/statistics.js";
import { random, tf } from "../tensorflow/index.js";

/** How gradients are quantized. */
export interface GradientFormat {
  /** From 1 to 16. */
  bits: number;
  /** To the nearest level, or to either neighbour by chance, so that the mean stays. Default `"stochastic"`. */
  rounding?: "nearest" | "stochastic";
  /** What shares a scale: each example of the batch, the first axis, or all. Default `"sample"`. */
  per?: "sample" | "tensor";
}

/**
 * The identity, whose gradient is quantized to 2^bits levels from −max|dy| to max|dy|:
 * 2·max|dy| · [q(dy / (2·max|dy|) + ½ + N) − ½] with q(r) = round((2^bits − 1)·r) / (2^bits − 1), and N = 0, or with
 * stochastic rounding a uniform draw from −½ to ½ step (Zhou et al. 2016, DoReFa-Net, arXiv:1606.06160, equation 12).
 *
 * No level is 0: rounded to the nearest, a gradient of 0 becomes one of the levels beside it (halves go to the even
 * one), which few bits don't survive. Draws are new in each step.
 *
 * @param x float32 of any shape
 * @returns x
 * @throws RangeError for other bits, TypeError for other options
 * @example
 * const gradient = q.tf.grad((x) => q.estimators.quantizeGradient(x, { bits: 2, rounding: "nearest" }).mul([[3, -1.2]]).sum());
 * gradient(q.tf.tensor([[1, 2]])); // [ 3, -1 ]
 */
export function quantizeGradient(x: tf.Tensor, format: GradientFormat): tf.Tensor {
  const { bits, rounding, per } = gradientFormat(format);
  const op = tf.customGrad((...args: unknown[]) => ({
    value: (args[0] as tf.Tensor).clone(),
    gradFunc: (dy: tf.Tensor) => {
      const axes = per === "tensor" ? undefined : dy.shape.map((_, i) => i).slice(1);
      return roundGradient(dy, 2 ** bits - 1, rounding, axes);
    },
  }));
  return op(x);
}

/** @internal The format with its defaults. @throws RangeError for other bits, TypeError for other options. */
export function gradientFormat({
  bits,
  rounding = "stochastic",
  per = "sample",
}: GradientFormat): Required<GradientFormat> {
  const example = 'as in { bits: 2, rounding: "stochastic", per: "sample" }';
  if (!Number.isInteger(bits) || bits < 1 || bits > 16) {
    throw new RangeError(`invalid bits: ${bits} (expected an integer from 1 to 16, ${example})`);
  }
  if (rounding !== "nearest" && rounding !== "stochastic") {
    throw new TypeError(
      `invalid rounding: ${rounding} (expected "nearest" or "stochastic", ${example})`,
    );
  }
  if (per !== "sample" && per !== "tensor") {
    throw new TypeError(`invalid per: ${per} (expected "sample" or "tensor", ${example})`);
  }
  return { bits, rounding, per };
}

function roundGradient(
  dy: tf.Tensor,
  steps: number,
  rounding: "nearest" | "stochastic",
  axes: number[] | undefined,
): tf.Tensor {
  const largest = tf.max(tf.abs(dy), axes, true);
  const step = tf.mul(largest, 2 / steps);
  const noise = rounding === "stochastic" ? random.uniform(dy.shape, { min: -0.5, max: 0.5 }) : 0;
  const codes = tf.round(tf.add(tf.div(dy, divisor(step)), tf.add(noise, steps / 2)));
  return tf.sub(tf.mul(codes, step), largest);
}

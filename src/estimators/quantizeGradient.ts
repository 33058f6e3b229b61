import { checkBits, checkChoice, checkOptions } from "../arguments/index.js";
import { divisor } from "../quantizers/index.js";
import { random, tf } from "../tensorflow/index.js";

/** How gradients are quantized. */
export interface GradientFormat {
  /** How many bits a gradient has, from 1 to 16. */
  bits: number;
  /**
   * Whether gradients are rounded to the nearest level, or to either neighbour by chance, so that the mean
   * stays. Default `"stochastic"`.
   */
  rounding?: "nearest" | "stochastic";
  /**
   * Which values share a scale: those of each example of the batch, the first axis, or all. Default `"sample"`.
   */
  per?: "sample" | "tensor";
}

/**
 * The identity, whose gradient is quantized to 2^bits levels from −max|dy| to max|dy|:
 * 2·max|dy| · [q(dy / (2·max|dy|) + ½ + N) − ½] with q(r) = round((2^bits − 1)·r) / (2^bits − 1), and N = 0, or with
 * stochastic rounding a uniform draw from −½ to ½ step (Zhou et al. 2016, DoReFa-Net, arXiv:1606.06160, equation 12).
 *
 * No level is 0: with rounding to the nearest level, a gradient of 0 becomes one of the two levels beside it
 * (halves go to the even one), so that training fails with few bits. Stochastic rounding draws anew in each
 * step.
 *
 * @param x float32 of any shape
 * @returns x
 * @throws RangeError if `bits` is invalid, TypeError if an option is unknown
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

/** @internal The format with its defaults. @throws RangeError if `bits` is invalid, TypeError if an option is unknown. */
export function gradientFormat(format: GradientFormat): Required<GradientFormat> {
  checkOptions<GradientFormat>("gradients", format, { bits: true, rounding: true, per: true });
  const { bits, rounding = "stochastic", per = "sample" } = format ?? {};
  const example = '{ bits: 2, rounding: "stochastic", per: "sample" }';
  checkBits(bits, { example });
  checkChoice("rounding", rounding, ["nearest", "stochastic"], { example });
  checkChoice("per", per, ["sample", "tensor"], { example });
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

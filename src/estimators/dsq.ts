import { checkNumber } from "../arguments/index.js";
import { divisor } from "../quantizers/index.js";
import { tf } from "../tensorflow/index.js";
import type { Estimator } from "./estimator.js";

/** Options of the estimator `"dsq"`. */
export interface DsqOptions {
  /** The part of a step that the soft function lacks, above 0 and at most 0.5: the smaller, the steeper. Default 0.2. */
  alpha?: number;
}

/**
 * Differentiable soft quantization: the values are rounded, the gradient is that of a chain of tanh, one
 * between each two codes, dy · s·k/2 · (1 − tanh²(k·d)) with d the distance from their middle in steps, s =
 * 1/(1 − α) and k = ln(2/α − 1); outside the range it is 0 (Gong et al. 2019, arXiv:1908.05033, section 3). The
 * mean of s·k/2 · (1 − tanh²(k·d)) over each step is 1.
 *
 * The paper trains alpha and the ends of the range; here both are constants.
 *
 * @internal
 * @throws RangeError if alpha is not above 0 and at most 0.5
 */
export function dsqWith({ alpha = 0.2 }: DsqOptions = {}): Estimator {
  checkNumber("alpha", alpha, { above: 0, to: 0.5, example: "{ alpha: 0.2 }" });
  const k = Math.log(2 / alpha - 1);
  const steepest = k / 2 / (1 - alpha);
  return {
    name: alpha === 0.2 ? "dsq" : `dsq(${alpha})`,
    source: "Gong et al. 2019, arXiv:1908.05033, section 3",
    backward({ dy, x, grid }) {
      // Codes lie at whole multiples of the scale.
      const steps = tf.div(x, divisor(grid.scale));
      const distance = tf.sub(tf.sub(steps, tf.floor(steps)), 0.5);
      const soft = tf.sub(1, tf.square(tf.tanh(tf.mul(distance, k))));
      return { x: tf.mul(grid.gradient(dy, x), tf.mul(soft, steepest)) };
    },
  };
}

/** The estimator that {@link dsqWith} makes for α = 0.2. */
export const dsq = dsqWith();

import { checkNumber } from "../arguments/index.js";
import { divisor } from "../quantizers/index.js";
import { tf } from "../tensorflow/index.js";
import type { Estimator } from "./estimator.js";

/** Options of the estimator `"ewgs"`. */
export interface EwgsOptions {
  /** The strength of the scaling, from 0, which is the clipped straight-through estimator. Default 1. */
  delta?: number;
}

/**
 * Element-wise gradient scaling: dy · (1 + δ · sign(dy) · (x − x̂)), with values in units of the range,
 * from 0 to 1; outside of it the gradient is 0 (Lee et al. 2021, arXiv:2104.00903, section 3). A step
 * towards the value's code becomes larger, one away from it smaller, as a loss that curves upwards asks for.
 *
 * The paper finds delta from the trace of the Hessian every few epochs, (Tr H / N) / 3σ(dy); here delta is a constant.
 *
 * @internal
 * @throws RangeError if delta is not a finite number from 0
 */
export function ewgsWith({ delta = 1 }: EwgsOptions = {}): Estimator {
  checkNumber("delta", delta, { from: 0, example: "{ delta: 1 }" });
  return {
    name: delta === 1 ? "ewgs" : `ewgs(${delta})`,
    source: "Lee et al. 2021, arXiv:2104.00903, section 3",
    backward({ dy, x, value, grid }) {
      const passed = grid.gradient(dy, x);
      const perUnit = tf.div(delta, divisor(tf.sub(grid.max, grid.min)));
      const growth = tf.mul(tf.abs(passed), tf.mul(tf.sub(x, value), perUnit));
      // dy · sign(dy) is |dy|.
      return { x: tf.add(passed, growth) };
    },
  };
}

/** The estimator that {@link ewgsWith} makes for δ = 1. */
export const ewgs = ewgsWith();

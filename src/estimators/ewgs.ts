import { fakeQuantizeGradient } from "../quantizers/fakeQuantizeGradient.js";
import { fakeQuantize } from "../quantizers/index.js";
import { divisor } from "../quantizers/statistics.js";
import { tf } from "../tensorflow/index.js";
import type { Estimator } from "./estimator.js";
import { inRows } from "./shared.js";

/**
 * Element-wise gradient scaling: dy · (1 + δ · sign(dy) · (x − x̂)), with values in units of the range,
 * from 0 to 1; outside of it the gradient is 0 (Lee et al. 2021, arXiv:2104.00903, section 3). A step
 * towards the value's code becomes larger, one away from it smaller, as a loss that curves upwards asks for.
 *
 * @param options `delta` from 0, where 0 is the clipped straight-through estimator. The paper finds it from the
 *   trace of the Hessian every few epochs, (Tr H / N) / 3σ(dy); here it is a constant. Default 1
 * @throws RangeError for a delta that isn't a number from 0
 * @example
 * const estimator = q.estimators.ewgs({ delta: 2 });
 * q.estimators.register(estimator);
 * estimator.name; // "ewgs(2)"
 */
export function ewgsWith({ delta = 1 }: { delta?: number } = {}): Estimator {
  if (!(delta >= 0 && Number.isFinite(delta))) {
    throw new RangeError(`invalid delta: ${delta} (expected a number from 0, as in { delta: 1 })`);
  }
  return {
    name: delta === 1 ? "ewgs" : `ewgs(${delta})`,
    source: "Lee et al. 2021, arXiv:2104.00903, section 3",
    forward: (x, _, { format }, range) => fakeQuantize(x, format, range),
    backward(dy, x, _, { format }, { range, value }) {
      const passed = fakeQuantizeGradient(dy, x, format, range);
      const { min, max } = range;
      const perUnit = tf.div(delta, divisor(tf.sub(max, min)));
      const growth = inRows([passed, tf.sub(x, value)], min, format, (passed, error) =>
        tf.mul(tf.abs(passed!), tf.mul(error!, perUnit)),
      );
      // dy · sign(dy) is |dy|.
      return { x: tf.add(passed, growth) };
    },
  };
}

/** {@link ewgsWith} δ = 1. */
export const ewgs = ewgsWith();

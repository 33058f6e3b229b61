import { fakeQuantizeGradient } from "../quantizers/fakeQuantizeGradient.js";
import { gridTensors } from "../quantizers/grid.js";
import { fakeQuantize } from "../quantizers/index.js";
import { divisor } from "../quantizers/statistics.js";
import { tf } from "../tensorflow/index.js";
import type { Estimator } from "./estimator.js";
import { inRows } from "./shared.js";

/**
 * Differentiable soft quantization: the values are rounded, the gradient is that of a chain of tanh, one
 * between each two codes, dy · s·k/2 · (1 − tanh²(k·d)) with d the distance from their middle in steps,
 * s = 1/(1 − α) and k = ln(2/α − 1); outside the range it is 0 (Gong et al. 2019, arXiv:1908.05033, section
 * 3). Over each step its mean is 1.
 *
 * @param options `alpha`, above 0 and at most 0.5: what the soft function lacks of a step; the smaller,
 *   the steeper. The paper trains it, and the ends of the range; here both are constants. Default 0.2
 * @throws RangeError for another alpha
 * @example
 * const estimator = q.estimators.dsq({ alpha: 0.1 });
 * q.estimators.register(estimator);
 * estimator.name; // "dsq(0.1)"
 */
export function dsqWith({ alpha = 0.2 }: { alpha?: number } = {}): Estimator {
  if (!(alpha > 0 && alpha <= 0.5)) {
    throw new RangeError(
      `invalid alpha: ${alpha} (expected a number above 0, up to 0.5, as in { alpha: 0.2 })`,
    );
  }
  const k = Math.log(2 / alpha - 1);
  const steepest = k / 2 / (1 - alpha);
  return {
    name: alpha === 0.2 ? "dsq" : `dsq(${alpha})`,
    source: "Gong et al. 2019, arXiv:1908.05033, section 3",
    forward: (x, _, { format }, range) => fakeQuantize(x, format, range),
    backward(dy, x, _, { format }, { range }) {
      const passed = fakeQuantizeGradient(dy, x, format, range);
      // Codes lie at whole multiples of the scale.
      const scale = divisor(gridTensors(range, format).scale);
      const gradient = inRows([passed, x], scale, format, (passed, x) => {
        const steps = tf.div(x!, scale);
        const distance = tf.sub(tf.sub(steps, tf.floor(steps)), 0.5);
        const soft = tf.sub(1, tf.square(tf.tanh(tf.mul(distance, k))));
        return tf.mul(passed!, tf.mul(soft, steepest));
      });
      return { x: gradient };
    },
  };
}

/** {@link dsqWith} α = 0.2. */
export const dsq = dsqWith();

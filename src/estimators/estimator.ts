import type { IntegerFormat, RangeTensors } from "../quantizers/index.js";
import type { tf } from "../tensorflow/index.js";

/** How a gradient passes through rounding. */
export interface Estimator {
  readonly name: string;
  /** Fake quantization of `x` whose gradient is the estimator's. */
  fakeQuantize(x: tf.Tensor, format: IntegerFormat, range: RangeTensors): tf.Tensor;
}

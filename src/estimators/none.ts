import { fakeQuantize } from "../quantizers/index.js";
import { tf } from "../tensorflow/index.js";
import type { Estimator } from "./estimator.js";

/**
 * No estimator: the derivative that rounding has, 0 wherever it has one. Nothing before the rounding is
 * trained; it is here to be compared with.
 */
export const none: Estimator = {
  name: "none",
  source: "the derivative of a step function",
  forward: (x, _, { format }, range) => fakeQuantize(x, format, range),
  backward: (dy) => ({ x: tf.zerosLike(dy) }),
};

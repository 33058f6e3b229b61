import { tf } from "../tensorflow/index.js";
import type { Estimator } from "./estimator.js";

/**
 * No estimator: the derivative of rounding, which is 0 wherever it exists. Nothing before the rounding is
 * trained; the estimator serves as a comparison.
 */
export const none: Estimator = {
  name: "none",
  source: "the derivative of a step function",
  backward: ({ dy }) => ({ x: tf.zerosLike(dy) }),
};

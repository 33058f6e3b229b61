import type { Estimator } from "./estimator.js";

/**
 * The straight-through estimator: the gradient passes as if there were neither rounding nor clipping.
 * Bengio et al. 2013, arXiv:1308.3432, section 4.
 */
export const ste: Estimator = {
  name: "ste",
  source: "Bengio et al. 2013, arXiv:1308.3432, section 4",
  backward: ({ dy }) => ({ x: dy.clone() }),
};

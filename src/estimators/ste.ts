import { fakeQuantize } from "../quantizers/index.js";
import type { Estimator } from "./estimator.js";
import { rangeOf } from "./parameters.js";

/**
 * The straight-through estimator: the gradient passes as if there were neither rounding nor clipping.
 * Bengio et al. 2013, arXiv:1308.3432, section 4.
 */
export const ste: Estimator = {
  name: "ste",
  source: "Bengio et al. 2013, arXiv:1308.3432, section 4",
  forward: (x, parameters, { format }) => fakeQuantize(x, format, rangeOf(parameters)),
  backward: (dy) => ({ x: dy.clone() }),
};

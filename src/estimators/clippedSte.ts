import type { Estimator } from "./estimator.js";

/**
 * The clipped straight-through estimator: the gradient passes unchanged where the value lies in the
 * range, both ends included, and is 0 outside. Bengio et al. 2013, arXiv:1308.3432; in this form
 * Jacob et al. 2018, arXiv:1712.05877, and TensorFlow's FakeQuant ops.
 */
export const clippedSte: Estimator = {
  name: "clippedSte",
  source: "Jacob et al. 2018, arXiv:1712.05877, equation 12",
  backward: ({ dy, x, grid }) => ({ x: grid.gradient(dy, x) }),
};

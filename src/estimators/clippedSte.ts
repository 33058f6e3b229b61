import { fakeQuantizeGradient } from "../quantizers/fakeQuantizeGradient.js";
import { fakeQuantize } from "../quantizers/index.js";
import type { Estimator } from "./estimator.js";

/**
 * The clipped straight-through estimator: the gradient passes unchanged where the value lies in the
 * range, both ends included, and is 0 outside. Bengio et al. 2013, arXiv:1308.3432; in this form
 * Jacob et al. 2018, arXiv:1712.05877, and TensorFlow's FakeQuant ops.
 */
export const clippedSte: Estimator = {
  name: "clippedSte",
  source: "Jacob et al. 2018, arXiv:1712.05877, equation 12",
  forward: (x, _, { format }, range) => fakeQuantize(x, format, range),
  backward: (dy, x, _, { format }, { range }) => ({
    x: fakeQuantizeGradient(dy, x, format, range),
  }),
};

import { fakeQuantizeGradient } from "../quantizers/fakeQuantizeGradient.js";
import { fakeQuantize } from "../quantizers/index.js";
import { clip } from "./clip.js";
import type { Estimator } from "./estimator.js";
import { addNoise } from "./stochastic.js";

/**
 * Pseudo-quantization noise: in training values aren't rounded, but clipped to the range and moved by a
 * uniform draw from −½ to ½ step, which has the variance of rounding, Δ²/12; in inference they are rounded to
 * the nearest. The function is smooth, so the gradient, 1 inside the range and 0 outside, is exact
 * (Défossez et al. 2022, DiffQ, arXiv:2104.09987, section 3).
 */
export const noise: Estimator = {
  name: "noise",
  source: "Défossez et al. 2022, arXiv:2104.09987, section 3",
  forward(x, _, { format, training }, range) {
    if (!training) return fakeQuantize(x, format, range);
    return addNoise(clip(x, range, format), range, format);
  },
  backward: (dy, x, _, { format }, { range }) => ({
    x: fakeQuantizeGradient(dy, x, format, range),
  }),
};

import type { Estimator } from "./estimator.js";
import { addNoise } from "./stochastic.js";

/**
 * Pseudo-quantization noise: in training values aren't rounded, but clipped to the range and moved by a uniform
 * draw from −½ to ½ step, which has the variance of rounding, Δ²/12; in inference they are rounded to the
 * nearest value of the grid. The function is smooth, so the gradient, 1 inside the range and 0 outside, is
 * exact (Défossez et al. 2022, DiffQ, arXiv:2104.09987, section 3).
 */
export const noise: Estimator = {
  name: "noise",
  source: "Défossez et al. 2022, arXiv:2104.09987, section 3",
  forward: ({ x, grid, training }) => (training ? addNoise(grid.clip(x), grid) : grid.round(x)),
  backward: ({ dy, x, grid }) => ({ x: grid.gradient(dy, x) }),
};

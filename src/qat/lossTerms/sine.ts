import { tf } from "../../tensorflow/index.js";
import { LossTerm, type LossTermOptions } from "./lossTerm.js";
import type { Penalty } from "./penalty.js";

/** @internal */
export const sinePenalty: Penalty = (weights, grid) => {
  const scale = grid.scale();
  const phase = tf.mul(tf.div(grid.clip(weights), scale), Math.PI);
  const inside = tf.cast(tf.equal(grid.clip(weights), weights), "float32");
  const slope = tf.mul(tf.sin(tf.mul(phase, 2)), tf.div(Math.PI, scale));
  return { value: tf.sum(tf.square(tf.sin(phase))), gradient: tf.mul(slope, inside) };
};

/**
 * Sine regularization is a periodic penalty with its minima on the grid of scale s,
 *
 *     L = λ Σ sin²(π w / s),
 *
 * for weights inside the range. Unlike the penalty of {@link dampening}, it is also flat in the middle between
 * two values. Naumov et al. 2018, arXiv:1811.09862; WaveQ, Elthakeb et al. 2020, arXiv:2003.00146, here without
 * learning the period.
 *
 * @throws RangeError if `strength` is below 0; TypeError if the ramp is unknown
 * @example
 * const term = q.qat.sine({ strength: 0.001 });
 * await q.fit(qat, train, { epochs: 3, callbacks: term });
 * term.penalty(qat) > 0; // true
 */
export function sine(options: LossTermOptions): LossTerm {
  return new LossTerm("sine", sinePenalty, options);
}

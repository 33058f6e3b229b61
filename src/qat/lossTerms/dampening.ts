import { tf } from "../../tensorflow/index.js";
import { LossTerm, type LossTermOptions } from "./lossTerm.js";
import type { Penalty } from "./penalty.js";

/** @internal */
export const dampeningPenalty: Penalty = (weights, grid) => {
  const distance = tf.sub(grid.clip(weights), grid.values(grid.codes(weights)));
  return { value: tf.sum(tf.square(distance)), gradient: tf.mul(distance, 2) };
};

/**
 * Oscillation dampening pulls each latent weight towards the value that it is rounded to,
 *
 *     L = λ Σ (ŵ − clip(w))²,
 *
 * with ŵ as a constant target. A weight between two bins no longer flickers between their codes; in general,
 * dampening doesn't make a network more accurate. Weights outside the range are not pulled. Nagel et al. 2022,
 * arXiv:2203.11086, section 4.2; their strength rises from 0 to 0.1 along a cosine.
 *
 * @throws RangeError if `strength` is below 0; TypeError if the ramp is unknown
 * @example
 * const term = q.qat.dampening({ strength: 0.1 });
 * const before = term.penalty(qat);
 * await q.fit(qat, train, { epochs: 3, callbacks: term });
 * term.penalty(qat) < before; // true
 */
export function dampening(options: LossTermOptions): LossTerm {
  return new LossTerm("dampening", dampeningPenalty, options);
}

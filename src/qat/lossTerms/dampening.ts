import { tf } from "../../tensorflow/index.js";
import { LossTerm, type LossTermOptions } from "./lossTerm.js";
import type { Penalty } from "./penalty.js";

/** @internal */
export const dampeningPenalty: Penalty = (weights, grid) => {
  const distance = tf.sub(grid.clip(weights), grid.values(grid.codes(weights)));
  return { value: tf.sum(tf.square(distance)), gradient: tf.mul(distance, 2) };
};

/**
 * Oscillation dampening: pulls each latent weight towards the value that it is rounded to,
 *
 *     L = λ Σ (ŵ − clip(w))²,
 *
 * with ŵ as a constant target. A weight in the middle of its bin no longer flickers between two codes; it doesn't
 * make a network better than training without it, in general. Beyond the range there is no pull. Nagel et al. 2022,
 * arXiv:2203.11086, section 4.2; their strength rises from 0 to 0.1 along a cosine.
 *
 * @param options `strength`, λ; `schedule`, how it rises from 0 (default `"cosine"`); `layers`, by name
 * @throws RangeError for a strength below 0, TypeError for an unknown schedule
 * @example
 * const term = q.qat.dampening({ strength: 0.1 });
 * const before = term.penalty(qat);
 * await q.fit(qat, train, { epochs: 3, callbacks: term });
 * term.penalty(qat) < before; // true
 */
export function dampening(options: LossTermOptions): LossTerm {
  return new LossTerm("dampening", dampeningPenalty, options);
}

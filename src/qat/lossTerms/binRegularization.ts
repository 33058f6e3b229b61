import { tf } from "../../tensorflow/index.js";
import { LossTerm, type LossTermOptions } from "./lossTerm.js";
import type { Penalty } from "./penalty.js";

/** @internal */
export const binPenalty: Penalty = (weights, grid, { format }) => {
  const codes = grid.codes(weights);
  const distance = tf.sub(grid.clip(weights), grid.values(codes));
  const share = tf.div(1, countOf(codes, format.smallest, format.largest));
  return {
    value: tf.sum(tf.mul(share, tf.square(distance))),
    gradient: tf.mul(tf.mul(share, distance), 2),
  };
};

/** For each weight the number of weights that have the same code. */
function countOf(codes: tf.Tensor, smallest: number, largest: number): tf.Tensor {
  const bins = tf.cast(tf.reshape(tf.sub(codes, smallest), [-1]), "int32") as tf.Tensor1D;
  const counts = tf.unsortedSegmentSum(
    tf.onesLike(tf.cast(bins, "float32")),
    bins,
    largest - smallest + 1,
  );
  return tf.reshape(tf.gather(counts, bins), codes.shape);
}

/**
 * Bin regularization gathers the latent weights of each bin (the weights of a kernel that are rounded to the
 * same code) narrowly around the bin's value,
 *
 *     L = λ Σ over bins of (mean(w) − ŵ)² + var(w) = λ Σ over bins of the mean of (w − ŵ)²,
 *
 * so a weight in a full bin is pulled less than a weight in a bin with few weights. If each channel has its own
 * scale, a bin holds the weights of the same code in all channels. Han et al. 2021, "Improving Low-Precision
 * Network Quantization via Bin Regularization", ICCV, section 3.
 *
 * @throws RangeError if `strength` is below 0; TypeError if the ramp is unknown
 * @example
 * const term = q.qat.binRegularization({ strength: 1 });
 * const before = term.penalty(qat);
 * await q.fit(qat, train, { epochs: 3, callbacks: term });
 * term.penalty(qat) < before; // true
 */
export function binRegularization(options: LossTermOptions): LossTerm {
  return new LossTerm("binRegularization", binPenalty, options);
}

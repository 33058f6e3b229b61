import { checkOptions, checkSeed, checkShare } from "../../arguments/index.js";
import { tf } from "../tf.js";
import { checkShape } from "./check.js";
import { nextDraw } from "./draws.js";
import { standardDraws } from "./standard.js";

/** Options of {@link bernoulli}. */
export interface BernoulliOptions {
  /** An integer or a text that decides the numbers. Default: each call draws anew. */
  seed?: number | string;
}

/**
 * Random zeros and ones, such as the mask of a dropout: one with probability `p`, to within 2⁻²³. Seeds and
 * steps work as in `q.random.uniform`.
 *
 * @param shape lengths of the axes; `[]` for a scalar
 * @param p the probability of a one, from 0 to 1
 * @returns float32 of that shape, each value 0 or 1
 * @throws TypeError if the shape or the seed is invalid, RangeError if `p` isn't from 0 to 1
 * @example
 * q.random.bernoulli([6], 0.3, { seed: 7 }); // [ 0, 0, 0, 1, 0, 0 ]
 */
export function bernoulli(shape: number[], p: number, options: BernoulliOptions = {}): tf.Tensor {
  checkOptions<BernoulliOptions>("q.random.bernoulli", options, { seed: true });
  const { seed } = options;
  checkShape(shape, "q.random.bernoulli([2, 3], 0.5)");
  checkShare("p", p, { noun: "a probability" });
  checkSeed(seed);
  return tf.tidy(() =>
    tf.cast(tf.less(standardDraws.uniform(shape, nextDraw(seed)), p), "float32"),
  );
}

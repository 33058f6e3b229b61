import { tf } from "../tf.js";
import { checkProbability, checkSeed, checkShape } from "./check.js";
import { nextDraw } from "./draws.js";
import { standardDraws } from "./standard.js";

/**
 * Random zeros and ones, such as the mask of a dropout: one with probability `p`, to within 2⁻²³. What
 * a seed does, and a step: as in `q.random.uniform`.
 *
 * @param shape lengths of the axes; `[]` for a scalar
 * @param p the probability of a one, from 0 to 1
 * @param options `seed`: an integer or a text that decides the numbers. Default: each call draws anew
 * @returns float32 of that shape, each value 0 or 1
 * @throws TypeError for an invalid shape or seed, RangeError for a p outside of 0 to 1
 * @example
 * q.random.bernoulli([6], 0.3, { seed: 7 }); // [ 0, 0, 0, 1, 0, 0 ]
 */
export function bernoulli(
  shape: number[],
  p: number,
  { seed }: { seed?: number | string } = {},
): tf.Tensor {
  checkShape(shape, "q.random.bernoulli([2, 3], 0.5)");
  checkProbability("p", p);
  checkSeed(seed);
  return tf.tidy(() =>
    tf.cast(tf.less(standardDraws.uniform(shape, nextDraw(seed)), p), "float32"),
  );
}

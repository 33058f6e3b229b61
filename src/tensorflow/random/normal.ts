import { tf } from "../tf.js";
import { checkFinite, checkSeed, checkShape } from "./check.js";
import { nextDraw } from "./draws.js";
import { standardDraws } from "./standard.js";

/** What draws of {@link normal} are like. */
export interface NormalOptions {
  /** Default 0. */
  mean?: number;
  /** The standard deviation. Default 1. */
  stdDev?: number;
  /** An integer or a text that decides the numbers. Default: each call draws anew. */
  seed?: number | string;
}

/**
 * Random numbers of the normal distribution, drawn by TensorFlow itself (`StatelessRandomNormal`; on
 * other backends by a generator in JavaScript, with other numbers). What a seed does, and a step: as
 * in `q.random.uniform`.
 *
 * @param shape lengths of the axes; `[]` for a scalar
 * @returns float32 of that shape
 * @throws TypeError for an invalid shape or seed, RangeError for a mean that isn't finite or a
 *   standard deviation that isn't a finite number from 0
 * @example
 * q.random.normal([3], { mean: 5, stdDev: 0.1, seed: 7 }); // [ 4.99, 5.00, 5.01 ]
 */
export function normal(
  shape: number[],
  { mean = 0, stdDev = 1, seed }: NormalOptions = {},
): tf.Tensor {
  checkShape(shape, "q.random.normal([2, 3])");
  checkSeed(seed);
  checkFinite("mean", mean);
  if (!(stdDev >= 0 && stdDev < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`invalid stdDev: ${stdDev} (expected a finite number from 0)`);
  }
  return tf.tidy(() => {
    const draws = standardDraws.normal(shape, nextDraw(seed));
    const scaled = stdDev === 1 ? draws : tf.mul(draws, stdDev);
    return mean === 0 ? scaled : tf.add(scaled, mean);
  });
}

import { checkNumber, checkOptions, checkSeed } from "../../arguments/index.js";
import { tf } from "../tf.js";
import { checkShape } from "./check.js";
import { nextDraw } from "./draws.js";
import { standardDraws } from "./standard.js";

/** Options of {@link normal}. */
export interface NormalOptions {
  /** The mean. Default 0. */
  mean?: number;
  /** The standard deviation. Default 1. */
  stdDev?: number;
  /** An integer or a text that decides the numbers. Default: each call draws anew. */
  seed?: number | string;
}

/**
 * Random numbers of the normal distribution, drawn by TensorFlow itself (`StatelessRandomNormal`; on other
 * backends by a generator in JavaScript, with other numbers). Seeds and steps work as in `q.random.uniform`.
 *
 * @param shape lengths of the axes; `[]` for a scalar
 * @returns float32 of that shape
 * @throws TypeError if the shape or the seed is invalid, RangeError if the mean isn't finite, or if the
 *   standard deviation isn't a finite number from 0
 * @example
 * q.random.normal([3], { mean: 5, stdDev: 0.1, seed: 7 }); // [ 4.99, 5.00, 5.01 ]
 */
export function normal(shape: number[], options: NormalOptions = {}): tf.Tensor {
  checkOptions<NormalOptions>("q.random.normal", options, { mean: true, stdDev: true, seed: true });
  const { mean = 0, stdDev = 1, seed } = options;
  checkShape(shape, "q.random.normal([2, 3])");
  checkSeed(seed);
  checkNumber("mean", mean);
  checkNumber("stdDev", stdDev, { noun: "a finite number", from: 0 });
  return tf.tidy(() => {
    const draws = standardDraws.normal(shape, nextDraw(seed));
    const scaled = stdDev === 1 ? draws : tf.mul(draws, stdDev);
    return mean === 0 ? scaled : tf.add(scaled, mean);
  });
}

import { checkNumber, checkOptions, checkSeed } from "../../arguments/index.js";
import { tf } from "../tf.js";
import { checkShape } from "./check.js";
import { nextDraw } from "./draws.js";
import { standardDraws } from "./standard.js";

/** Options of {@link uniform}. */
export interface UniformOptions {
  /** The smallest value. Default 0. */
  min?: number;
  /** The upper end. All values are below it, except by float32 rounding where the range is not 0 to 1. Default 1. */
  max?: number;
  /** An integer or a text that decides the numbers. Default: each call draws anew. */
  seed?: number | string;
}

/**
 * Random numbers of the uniform distribution, drawn by TensorFlow itself (`StatelessRandomUniform`;
 * on other backends by a generator in JavaScript, with other numbers). Draws are constants to a gradient.
 *
 * With a seed the numbers are always the same; without one they depend on how many draws the process has made
 * before. Inside a function that `q.compile` made, such as a training step, the numbers depend on the number of
 * the call in both cases: each call draws anew, where `tf.randomUniform` would repeat itself, and another run
 * with the same seeds draws the same.
 *
 * @param shape lengths of the axes; `[]` for a scalar
 * @returns float32 of that shape, from `min` to below `max`
 * @throws TypeError if the shape or the seed is invalid, RangeError if `min` isn't below `max`
 * @example
 * q.random.uniform([3], { min: -1, seed: 7 }); // [ 0.98, 0.39, 0.52 ]
 */
export function uniform(shape: number[], options: UniformOptions = {}): tf.Tensor {
  checkOptions<UniformOptions>("q.random.uniform", options, { min: true, max: true, seed: true });
  const { min = 0, max = 1, seed } = options;
  checkShape(shape, "q.random.uniform([2, 3])");
  checkSeed(seed);
  checkNumber("min", min);
  checkNumber("max", max);
  if (min >= max || !Number.isFinite(Math.fround(max - min))) {
    throw new RangeError(
      `invalid range: ${min} to ${max} (expected min to be below max, by less than 3.4e38)`,
    );
  }
  return tf.tidy(() => {
    const draws = standardDraws.uniform(shape, nextDraw(seed));
    const scaled = max - min === 1 ? draws : tf.mul(draws, max - min);
    return min === 0 ? scaled : tf.add(scaled, min);
  });
}

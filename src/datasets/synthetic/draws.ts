import seedrandom from "seedrandom";
import { checkCount, checkNumber, checkSeed } from "../../arguments/index.js";

/** The option that all distributions share. */
export interface SyntheticOptions {
  /** Decides the numbers. Default 0. */
  seed?: number | string;
}

/** @internal Draws from standard distributions, which only the seed decides. */
export interface Draws {
  /** A uniform value above 0 and below 1. */
  uniform(): number;
  /** A normal value of mean 0 and variance 1. */
  normal(): number;
}

/**
 * @internal
 * `size` values of a distribution, in float32.
 *
 * @throws RangeError if the size is not a whole number of at least 1, TypeError if the seed is neither an
 *   integer nor a text
 */
export function sample(
  size: number,
  seed: number | string,
  draw: (draws: Draws) => number,
): Float32Array {
  checkCount("size", size);
  checkSeed(seed);
  const random = seedrandom.alea(`synthetic ${seed}`);
  const uniform = () => {
    // `double` has 53 bits; with 32 bits the normal tails would end at 6.7 standard deviations.
    for (;;) {
      const value = random.double();
      if (value > 0) return value;
    }
  };
  // Box and Muller 1958; one value of each pair is enough here.
  const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  return Float32Array.from({ length: size }, () => draw({ uniform, normal }));
}

/**
 * @internal @throws RangeError if the value is not a finite number, or is not above 0 and `positive` is
 * true
 */
export function checkParameter(name: string, value: number, { positive = false } = {}): void {
  checkNumber(name, value, { noun: "a finite number", above: positive ? 0 : undefined });
}

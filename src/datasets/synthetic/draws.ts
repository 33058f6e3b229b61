import seedrandom from "seedrandom";

/** What all distributions take. */
export interface SyntheticOptions {
  /** Decides the numbers. Default 0. */
  seed?: number | string;
}

/** @internal Draws of standard distributions, that only the seed decides. */
export interface Draws {
  /** Above 0 and below 1. */
  uniform(): number;
  /** Mean 0, variance 1. */
  normal(): number;
}

/**
 * @internal
 * `size` values of a distribution, in float32.
 *
 * @throws RangeError for a size that isn't a whole number of at least 1, TypeError for an invalid seed
 */
export function sample(
  size: number,
  seed: number | string,
  draw: (draws: Draws) => number,
): Float32Array {
  if (!Number.isInteger(size) || size < 1) {
    throw new RangeError(`invalid size: ${size} (expected a whole number of at least 1)`);
  }
  if (typeof seed !== "string" && !Number.isInteger(seed)) {
    throw new TypeError(`invalid seed: ${String(seed)} (expected an integer or a text)`);
  }
  const random = seedrandom.alea(`synthetic ${seed}`);
  const uniform = () => {
    // 53 bits: with 32 the tails would end at 6.7 standard deviations.
    for (;;) {
      const value = random.double();
      if (value > 0) return value;
    }
  };
  // Box and Muller 1958: of each pair one value is enough here.
  const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  return Float32Array.from({ length: size }, () => draw({ uniform, normal }));
}

/** @internal @throws RangeError for what isn't a finite number, above 0 if `positive` */
export function checkParameter(name: string, value: number, { positive = false } = {}): void {
  if (Number.isFinite(value) && (!positive || value > 0)) return;
  throw new RangeError(
    `invalid ${name}: ${value} (expected a finite number${positive ? " above 0" : ""})`,
  );
}

import seedrandom from "seedrandom";
import { checkSeed } from "../arguments/index.js";
import { tf } from "../tensorflow/index.js";

/**
 * @internal
 * Initializers of a model's weights, each with a different seed: equal seeds would give layers of the same
 * shape the same weights.
 *
 * @param seed the model's seed; the same seed makes the same weights
 * @throws TypeError if the seed is neither an integer nor a text
 */
export function initializers(seed: number | string) {
  const first = numberOf(seed) * 1000;
  let count = 0;
  // A model has fewer than 1000 weight tensors, so that the seeds of two models don't overlap.
  const next = () => first + count++;
  return {
    /** For weights before a ReLU: He et al. 2015, arXiv:1502.01852, equation 10. */
    he: () => heNormal(next()),
    /** For all other weights: Glorot and Bengio 2010, equation 16. */
    glorot: () => tf.initializers.glorotUniform({ seed: next() }),
    /** For embeddings: a normal distribution of mean 0. */
    normal: (stddev: number) => randomNormal(stddev, next()),
  };
}

/** @internal He's initializer for weights before a ReLU, with a seed that is an integer. */
export function heNormal(seed: number) {
  return tf.initializers.heNormal({ seed: drawing(seed) });
}

/** @internal An initializer of a normal distribution of mean 0, with a seed that is an integer. */
export function randomNormal(stddev: number, seed: number) {
  return tf.initializers.randomNormal({ stddev, seed: drawing(seed) });
}

/**
 * The seed as tfjs's normal distributions take it: they draw other values in each call for the seed 0, which
 * therefore stands for 2³², a seed that no other seed of a model is.
 */
function drawing(seed: number): number {
  return seed === 0 ? 2 ** 32 : seed;
}

/**
 * @internal
 * The seed as an integer, which tfjs's initializers take. A text that is an integer stands for that integer,
 * as everywhere in the library; any other text is turned into 32 bits by seedrandom's Alea generator.
 *
 * @throws TypeError if the seed is neither an integer nor a text
 */
export function numberOf(seed: number | string): number {
  checkSeed(seed);
  if (typeof seed === "number") return seed;
  const integer = Number(seed);
  const says = Number.isSafeInteger(integer) && String(integer) === seed;
  return says ? integer : seedrandom.alea(seed).int32();
}

/** @internal The initializers that {@link initializers} returns. */
export type Initializers = ReturnType<typeof initializers>;

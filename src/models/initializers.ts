import { tf } from "../tensorflow/index.js";
import { checkSeed } from "./options.js";

/**
 * @internal
 * Initializers of a model's weights, each with a seed of its own: equal ones would give layers of the
 * same shape the same weights.
 *
 * @param seed of the model; the same one makes the same weights
 * @throws RangeError for a seed that isn't a whole number
 */
export function initializers(seed: number) {
  checkSeed(seed);
  let made = 0;
  // More than any of the models has weights, so that no two seeds share one.
  const next = () => seed * 1000 + made++;
  return {
    /** Before a ReLU: He et al. 2015, arXiv:1502.01852, equation 10. */
    he: () => tf.initializers.heNormal({ seed: next() }),
    /** Before anything else: Glorot and Bengio 2010, equation 16. */
    glorot: () => tf.initializers.glorotUniform({ seed: next() }),
    /** For embeddings. */
    normal: (stddev: number) => tf.initializers.randomNormal({ stddev, seed: next() }),
  };
}

/** @internal What {@link initializers} returns. */
export type Initializers = ReturnType<typeof initializers>;

import { checkOptions } from "../../arguments/index.js";
import { tf } from "../../tensorflow/index.js";
import { chain } from "../blocks.js";
import { initializers } from "../initializers.js";
import { AttentionOutput } from "./attentionOutput.js";
import { AttentionScores } from "./attentionScores.js";

/** Options of {@link selfAttention}. */
export interface SelfAttentionOptions {
  /** How many heads there are, a number that divides the features. */
  heads: number;
  /** The beginning of the layers' names. Default `"attention"`. */
  name?: string;
  /** An integer or a text that decides the initial weights. Default 0. */
  seed?: number | string;
}

/**
 * Multi-head self-attention, as layers of a functional model: three dense projections to queries, keys
 * and values, scores, softmax, the mean of the values, and a dense projection. Vaswani et al. 2017,
 * arXiv:1706.03762, section 3.2.2. Each part is a layer, so that each can be quantized and looked at.
 *
 * @param x `[batch, steps, features]`
 * @returns `[batch, steps, features]`
 * @throws RangeError if `heads` is not a whole number of at least 1 that divides the features
 * @example
 * const input = q.tf.input({ shape: [16, 32] });
 * q.models.layers.selfAttention(input, { heads: 4 }).shape; // [ null, 16, 32 ]
 */
export function selfAttention(
  x: tf.SymbolicTensor,
  options: SelfAttentionOptions = {} as never,
): tf.SymbolicTensor {
  checkOptions<SelfAttentionOptions>("q.models.layers.selfAttention", options, {
    heads: true,
    name: true,
    seed: true,
  });
  const { heads, name = "attention", seed = 0 } = options;
  const units = x.shape.at(-1)!;
  const weights = initializers(seed);
  const project = (part: string, from: tf.SymbolicTensor) =>
    chain(
      from,
      tf.layers.dense({ name: `${name}_${part}`, units, kernelInitializer: weights.glorot() }),
    );
  const [queries, keys, values] = [project("query", x), project("key", x), project("value", x)];
  const scores = new AttentionScores({ name: `${name}_scores`, heads }).apply([queries, keys]);
  // The softmax layer's default is axis 1, which isn't the last axis here.
  const softmax = tf.layers.softmax({ name: `${name}_softmax`, axis: -1 });
  const attention = chain(scores as tf.SymbolicTensor, softmax);
  const mixed = new AttentionOutput({ name: `${name}_output` }).apply([attention, values]);
  return project("projection", mixed as tf.SymbolicTensor);
}

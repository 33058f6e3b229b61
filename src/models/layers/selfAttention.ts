import { tf } from "../../tensorflow/index.js";
import { chain } from "../blocks.js";
import { initializers } from "../initializers.js";
import { AttentionOutput } from "./attentionOutput.js";
import { AttentionScores } from "./attentionScores.js";

/**
 * Multi-head self-attention, as layers of a functional model: three dense projections to queries, keys
 * and values, scores, softmax, the mean of the values, and a dense projection. Vaswani et al. 2017,
 * arXiv:1706.03762, section 3.2.2. Each part is a layer, so that each can be quantized and looked at.
 *
 * @param x `[batch, steps, features]`
 * @param options `heads`, which divides the features; `name`, what the layers' names begin with
 *   (default `"attention"`); `seed` of the initial weights (default 0)
 * @returns `[batch, steps, features]`
 * @throws RangeError for a number of heads that doesn't divide the features
 * @example
 * const input = q.tf.input({ shape: [16, 32] });
 * q.models.layers.selfAttention(input, { heads: 4 }).shape; // [ null, 16, 32 ]
 */
export function selfAttention(
  x: tf.SymbolicTensor,
  {
    heads,
    name = "attention",
    seed = 0,
  }: { heads: number; name?: string; seed?: number } = {} as never,
): tf.SymbolicTensor {
  const units = x.shape.at(-1)!;
  const weights = initializers(seed);
  const project = (part: string, from: tf.SymbolicTensor) =>
    chain(
      from,
      tf.layers.dense({ name: `${name}_${part}`, units, kernelInitializer: weights.glorot() }),
    );
  const [queries, keys, values] = [project("query", x), project("key", x), project("value", x)];
  const scores = new AttentionScores({ name: `${name}_scores`, heads }).apply([queries, keys]);
  // The softmax layer's own default, axis 1, isn't the last one.
  const softmax = tf.layers.softmax({ name: `${name}_softmax`, axis: -1 });
  const attention = chain(scores as tf.SymbolicTensor, softmax);
  const mixed = new AttentionOutput({ name: `${name}_output` }).apply([attention, values]);
  return project("projection", mixed as tf.SymbolicTensor);
}

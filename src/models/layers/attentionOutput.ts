import { checkLayerOptions } from "../../layers/index.js";
import { tf } from "../../tensorflow/index.js";
import { mergeHeads, splitHeads } from "./heads.js";

/**
 * The values averaged with attention as weights, in each head: P·V. The heads then stand side by side.
 * Vaswani et al. 2017, arXiv:1706.03762, equation 1 and section 3.2.2. It has no weights.
 *
 * Inputs are attention `[batch, heads, steps, others]`, whose last axis adds up to 1, and values `[batch,
 * others, features]`. The output is `[batch, steps, features]`.
 *
 * @example
 * const output = new q.models.layers.AttentionOutput({ name: "output" });
 * output.apply([q.tf.fill([1, 2, 3, 3], 1 / 3), q.tf.ones([1, 3, 8])]).shape; // [ 1, 3, 8 ]
 */
export class AttentionOutput extends tf.layers.Layer {
  static readonly className = "AttentionOutput";

  /**
   * @param options `name`
   * @throws TypeError if the layer doesn't have an option
   */
  constructor(options: { name?: string } = {}) {
    checkLayerOptions("q.models.layers.AttentionOutput", options, []);
    super(options);
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const [attention, values] = inputs as [tf.Tensor, tf.Tensor];
      return mergeHeads(tf.matMul(attention, splitHeads(values, attention.shape[1]!)));
    });
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    const [attention, values] = inputShape as [tf.Shape, tf.Shape];
    return [attention[0]!, attention[2]!, values[2]!];
  }
}

tf.serialization.registerClass(AttentionOutput);

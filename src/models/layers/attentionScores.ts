import type { serialization } from "@tensorflow/tfjs";
import { checkLayerOptions } from "../../layers/index.js";
import { tf } from "../../tensorflow/index.js";
import { checkHeads, splitHeads } from "./heads.js";

/**
 * How well each step's query fits each step's key, in each head: Q·Kᵀ / √d, with d features in a head. A
 * softmax over the last axis turns the scores into attention. Vaswani et al. 2017, arXiv:1706.03762,
 * equation 1. It has no weights: the projections before it are dense layers, and are quantized as dense
 * layers.
 *
 * Inputs are queries `[batch, steps, features]` and keys `[batch, others, features]`; the output is
 * `[batch, heads, steps, others]`.
 *
 * @example
 * const scores = new q.models.layers.AttentionScores({ name: "scores", heads: 2 });
 * const x = q.tf.ones([1, 3, 8]);
 * scores.apply([x, x]).shape; // [ 1, 2, 3, 3 ]
 */
export class AttentionScores extends tf.layers.Layer {
  static readonly className = "AttentionScores";
  readonly heads: number;

  /**
   * @param options `name`; `heads`, which divides the features
   * @throws TypeError for an option that the layer doesn't have; RangeError if `heads` is not a whole number of at
   *   least 1
   */
  constructor(options: { name?: string; heads: number }) {
    checkLayerOptions("q.models.layers.AttentionScores", options, ["heads"]);
    const { heads, ...config } = options ?? {};
    super(config);
    checkHeads(heads);
    this.heads = heads;
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    checkHeads(this.heads, (inputShape as tf.Shape[])[0]!.at(-1)!);
    super.build(inputShape);
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const [queries, keys] = (inputs as tf.Tensor[]).map((x) => splitHeads(x, this.heads));
      return tf.matMul(queries!, keys!, false, true).mul(queries!.shape.at(-1)! ** -0.5);
    });
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    const [queries, keys] = inputShape as [tf.Shape, tf.Shape];
    return [queries[0]!, this.heads, queries[1]!, keys[1]!];
  }

  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), heads: this.heads };
  }
}

tf.serialization.registerClass(AttentionScores);

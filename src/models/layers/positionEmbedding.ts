import type { serialization } from "@tensorflow/tfjs";
import { tf } from "../../tensorflow/index.js";

/**
 * Adds to each step of a sequence a vector of its own, which is learned: attention by itself doesn't know
 * the order. Dosovitskiy et al. 2021, arXiv:2010.11929, equation 1. `[batch, steps, features]` to the
 * same.
 *
 * @example
 * const positions = new q.models.layers.PositionEmbedding({ name: "positions", seed: 1 });
 * positions.apply(q.tf.zeros([2, 16, 32])).shape; // [ 2, 16, 32 ]
 */
export class PositionEmbedding extends tf.layers.Layer {
  static readonly className = "PositionEmbedding";
  readonly seed: number;
  private embedding!: tf.LayerVariable;

  /** @param options `name`; `seed` of the initial vectors (standard deviation 0.02; default 0) */
  constructor({ seed = 0, ...config }: { name?: string; seed?: number } = {}) {
    super(config);
    this.seed = seed;
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const [, steps, features] = inputShape as [null, number, number];
    const initial = tf.initializers.randomNormal({ stddev: 0.02, seed: this.seed });
    this.embedding = this.addWeight("embedding", [steps, features], "float32", initial);
    super.build(inputShape);
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => [inputs].flat()[0]!.add(this.embedding.read()));
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape | tf.Shape[] {
    return inputShape;
  }

  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), seed: this.seed };
  }
}

tf.serialization.registerClass(PositionEmbedding);

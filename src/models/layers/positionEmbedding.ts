import type { serialization } from "@tensorflow/tfjs";
import { checkSeed } from "../../arguments/index.js";
import { checkLayerOptions } from "../../layers/index.js";
import { tf } from "../../tensorflow/index.js";
import { numberOf, randomNormal } from "../initializers.js";

/**
 * Adds a learned vector to each step of a sequence, a different vector for each position: attention by
 * itself doesn't know the order. Dosovitskiy et al. 2021, arXiv:2010.11929, equation 1. Input and output
 * are `[batch, steps, features]`.
 *
 * @example
 * const positions = new q.models.layers.PositionEmbedding({ name: "positions", seed: 1 });
 * positions.apply(q.tf.zeros([2, 16, 32])).shape; // [ 2, 16, 32 ]
 */
export class PositionEmbedding extends tf.layers.Layer {
  static readonly className = "PositionEmbedding";
  readonly seed: number | string;
  private embedding!: tf.LayerVariable;

  /**
   * @param options `name`; `seed` of the initial vectors (standard deviation 0.02; default 0)
   * @throws TypeError for an option that the layer doesn't have, or if `seed` is neither an integer nor a text
   */
  constructor(options: { name?: string; seed?: number | string } = {}) {
    checkLayerOptions("q.models.layers.PositionEmbedding", options, ["seed"]);
    const { seed = 0, ...config } = options;
    super(config);
    checkSeed(seed);
    this.seed = seed;
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const [, steps, features] = inputShape as [null, number, number];
    const initial = randomNormal(0.02, numberOf(this.seed));
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

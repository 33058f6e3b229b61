import type { serialization } from "@tensorflow/tfjs";
import { checkNumber } from "../../arguments/index.js";
import { checkLayerOptions } from "../../layers/index.js";
import { tf } from "../../tensorflow/index.js";

/**
 * Layer normalization over the last axis: y = γ · (x − μ) / √(σ² + ε) + β, with the mean and variance of
 * each example and step. Ba et al. 2016, arXiv:1607.06450, equation 4. It computes in 11 native
 * calls, where tfjs's own layer takes 22.
 *
 * @example
 * const norm = new q.models.layers.LayerNorm({ name: "norm" });
 * norm.apply(q.tf.tensor2d([[1, 2, 3, 6]])) as q.tf.Tensor; // [ -1.07, -0.53, 0.00, 1.60 ]
 */
export class LayerNorm extends tf.layers.Layer {
  static readonly className = "LayerNorm";
  readonly epsilon: number;
  private gamma!: tf.LayerVariable;
  private beta!: tf.LayerVariable;

  /**
   * @param options `name`; `epsilon`, added to the variance, above 0 (default 1e-5)
   * @throws TypeError for an option that the layer doesn't have; RangeError if `epsilon` is not above 0
   */
  constructor(options: { name?: string; epsilon?: number } = {}) {
    checkLayerOptions("q.models.layers.LayerNorm", options, ["epsilon"]);
    const { epsilon = 1e-5, ...config } = options;
    super(config);
    checkNumber("epsilon", epsilon, { above: 0 });
    this.epsilon = epsilon;
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const size = (inputShape as tf.Shape).at(-1)!;
    this.gamma = this.addWeight("gamma", [size], "float32", tf.initializers.ones());
    this.beta = this.addWeight("beta", [size], "float32", tf.initializers.zeros());
    super.build(inputShape);
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const x = [inputs].flat()[0]!;
      const centered = x.sub(x.mean(-1, true));
      const variance = centered.square().mean(-1, true);
      const scaled = centered.mul(variance.add(this.epsilon).rsqrt());
      return scaled.mul(this.gamma.read()).add(this.beta.read());
    });
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape | tf.Shape[] {
    return inputShape;
  }

  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), epsilon: this.epsilon };
  }
}

tf.serialization.registerClass(LayerNorm);

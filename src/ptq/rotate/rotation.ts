import { checkLayerOptions } from "../../layers/index.js";
import { tf } from "../../tensorflow/index.js";
import { blockSize } from "./hadamard.js";

/**
 * A layer that multiplies the last axis by an orthogonal Hadamard matrix with signs. The signs are the layer's
 * weight, which isn't trained. Each output is a mix of b = 2ᵏ inputs, so that no outlier stays alone. The layer
 * takes k additions an output, and a matrix product would take b.
 *
 * @example
 * new q.ptq.Rotation({}).apply(q.tf.tensor2d([[4, 0, 0, 0]])) as q.tf.Tensor; // [ 2, 2, 2, 2 ]
 */
export class Rotation extends tf.layers.Layer {
  static readonly className = "Rotation";
  private signs!: tf.LayerVariable;

  /**
   * @param options `name`
   * @throws TypeError if the layer doesn't have an option
   */
  constructor(options: { name?: string } = {}) {
    checkLayerOptions("q.ptq.Rotation", options, []);
    super(options);
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const size = (inputShape as tf.Shape).at(-1)!;
    const ones = tf.initializers.ones();
    this.signs = this.addWeight("signs", [size], "float32", ones, undefined, false);
    super.build(inputShape);
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const x = [inputs].flat()[0]!;
      const size = x.shape.at(-1)!;
      const block = blockSize(size);
      let y = x.mul(this.signs.read()).div(Math.sqrt(block));
      for (let half = 1; half < block; half *= 2) {
        const [a, b] = y.reshape([-1, 2, half]).unstack(1) as [tf.Tensor, tf.Tensor];
        y = tf.stack([a.add(b), a.sub(b)], 1);
      }
      return y.reshape(x.shape);
    });
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape | tf.Shape[] {
    return inputShape;
  }
}

tf.serialization.registerClass(Rotation);

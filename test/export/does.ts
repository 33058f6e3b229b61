import { tf } from "../../src/tensorflow/index.js";

/** A layer that does what a function does. */
export class Does extends tf.layers.Layer {
  static readonly className = "Does";

  constructor(private readonly run: (x: tf.Tensor) => tf.Tensor) {
    super({ name: "does" });
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => this.run([inputs].flat()[0]!));
  }
}

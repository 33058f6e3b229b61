import { tf } from "../../tensorflow/index.js";

/**
 * @internal
 * Gradients scaled so that the norm of all of them together is at most `clipNorm`; gradients with a smaller
 * norm stay as they are. Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural
 * networks", 2013, algorithm 1; Keras' `global_clipnorm`.
 */
export function clipByGlobalNorm(
  gradients: tf.NamedTensorMap,
  clipNorm: number,
): tf.NamedTensorMap {
  return tf.tidy(() => {
    const entries = Object.entries(gradients);
    const squares = entries.map(([, gradient]) => gradient.square().sum());
    const norm = squares.reduce((sum, square) => tf.add(sum, square)).sqrt();
    const scale = tf.div(clipNorm, tf.maximum(norm, clipNorm));
    return Object.fromEntries(entries.map(([name, gradient]) => [name, gradient.mul(scale)]));
  });
}

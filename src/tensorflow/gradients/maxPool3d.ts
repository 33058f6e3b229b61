import type { GradConfig } from "@tensorflow/tfjs";
import type { TensorFlow } from "../loading/loaded.js";

/**
 * @internal
 * The gradient of `MaxPool3D` where several values of a window are the largest, as quantized values often are: each of
 * them gets the gradient, in a graph as in an eager op. oneDNN gives the gradient to the first of them where it finds the pooling and
 * its gradient side by side in a graph; a reshape of the pooled values, to their own shape, keeps the two apart.
 */
export function maxPool3dGradient(tf: TensorFlow): GradConfig {
  const original = tf.getGradient("MaxPool3D");
  return {
    ...original,
    gradFunc: (dy, [x, y], attributes) =>
      original.gradFunc(dy, [x!, tf.reshape(y!, y!.shape)], attributes),
  };
}

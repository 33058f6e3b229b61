import { tf } from "../tensorflow/index.js";
import { countCorrect, crossEntropy } from "./loss.js";

/**
 * @internal
 * One step of gradient descent on a batch, layers in training mode.
 *
 * @returns [loss · examples, hits] as a float32 tensor that the caller disposes
 */
export function trainStep(
  model: tf.LayersModel,
  optimizer: tf.Optimizer,
  xs: tf.Tensor,
  ys: tf.Tensor1D,
  classes: number,
): tf.Tensor {
  return tf.tidy(() => {
    let hits: tf.Tensor | undefined;
    const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
    const loss = optimizer.minimize(
      () => {
        const logits = model.apply(xs, { training: true }) as tf.Tensor;
        hits = tf.keep(countCorrect(logits, ys).toFloat());
        const losses = [crossEntropy(logits, ys, classes), ...model.calculateLosses()];
        return tf.addN(losses) as tf.Scalar;
      },
      true,
      variables,
    )!;
    const sums = tf.stack([loss.mul(ys.shape[0]), hits!]);
    hits!.dispose();
    return sums;
  });
}

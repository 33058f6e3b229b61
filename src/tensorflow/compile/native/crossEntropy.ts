import { nodeBackend, typeAttribute } from "../../loading/nodeBackend.js";
import { tf } from "../../tf.js";
import { gradientDepth, type Restore, replaceMethod } from "./substitute.js";

type Losses = typeof tf.losses;

/** @internal `tf.losses.softmaxCrossEntropy` as `SoftmaxCrossEntropyWithLogits`, gradient included. */
export function replaceCrossEntropy(): Restore {
  return replaceMethod(tf.losses as Losses, "softmaxCrossEntropy", (original) => {
    const native: Losses["softmaxCrossEntropy"] = (
      labels,
      logits,
      weights,
      smoothing,
      reduction,
    ) =>
      isPlain(labels) && isPlain(logits) && !smoothing && gradientDepth() < 2
        ? tf.tidy(() =>
            tf.losses.computeWeightedLoss(crossEntropy(labels, logits), weights, reduction),
          )
        : original(labels, logits, weights, smoothing, reduction);
    return native;
  });
}

function isPlain(values: tf.Tensor | tf.TensorLike): values is tf.Tensor {
  return values instanceof tf.Tensor && values.rank === 2 && values.dtype === "float32";
}

/** The loss of each example, `[n]`, of labels and logits `[n, classes]`. */
function crossEntropy(labels: tf.Tensor, logits: tf.Tensor): tf.Tensor {
  const op = tf.customGrad((...args: unknown[]) => {
    const [labels, logits, save] = args as [tf.Tensor, tf.Tensor, (t: tf.Tensor[]) => void];
    const [value, gradient] = nodeBackend().executeMultipleOutputs(
      "SoftmaxCrossEntropyWithLogits",
      [typeAttribute("T", "float32")],
      [logits, labels],
      2,
    ) as [tf.Tensor, tf.Tensor];
    save([gradient]);
    return {
      value,
      gradFunc: (dy: tf.Tensor, [gradient]: tf.Tensor[]) => {
        const product = tf.mul(dy.expandDims(-1), gradient!);
        // As in tfjs, the labels have a gradient too: the negative of the logits' gradient.
        return [tf.neg(product), product];
      },
    };
  });
  return op(labels, logits);
}

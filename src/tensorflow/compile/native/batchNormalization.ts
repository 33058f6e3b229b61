import { nodeBackend, type OpAttribute, typeAttribute } from "../../loading/nodeBackend.js";
import { tf } from "../../tf.js";
import { gradientDepth, type Restore, replaceMethod } from "./substitute.js";

type Layer = Pick<InstanceType<typeof tf.layers.Layer>, "call">;

/** The layer as its own code sees it. */
interface BatchNormalization {
  axis: number;
  epsilon: number;
  momentum: number;
  gamma?: tf.LayerVariable;
  beta?: tf.LayerVariable;
  movingMean: tf.LayerVariable;
  movingVariance: tf.LayerVariable;
}

/**
 * @internal
 * Batch normalization of a batch's own mean and variance as `FusedBatchNormV3`, its gradient as
 * `FusedBatchNormGradV3`, over all axes but the last. In inference, layers compute as ever.
 */
export function replaceBatchNormalization(): Restore {
  const prototype = Object.getPrototypeOf(tf.layers.batchNormalization()) as Layer;
  return replaceMethod(prototype, "call", (original) => {
    return function (this: Layer & BatchNormalization, inputs, kwargs) {
      const [x] = [inputs].flat() as [tf.Tensor];
      const { gamma, beta } = this;
      const last = this.axis === -1 || this.axis === x.rank - 1;
      const fits = last && x.rank >= 2 && x.rank <= 4 && x.dtype === "float32";
      if (!kwargs?.training || !fits || !gamma || !beta || gradientDepth() > 1) {
        return original.call(this, inputs, kwargs);
      }
      return tf.tidy(() => {
        const shape = [...x.shape.slice(0, -1), 1, 1].slice(0, 3);
        const images = x.reshape([...shape, x.shape.at(-1)!]);
        return normalize(this, images, gamma.read(), beta.read()).reshape(x.shape);
      });
    };
  });
}

/** Normalizes `[n, height, width, channels]`, and moves the layer's averages. */
function normalize(layer: BatchNormalization, x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor) {
  const backend = nodeBackend();
  const attributes = attributesOf(layer);
  const op = tf.customGrad((...args: unknown[]) => {
    const [x, gamma, beta, save] = args as [tf.Tensor, tf.Tensor, tf.Tensor, Save];
    const inputs = [x, gamma, beta, tf.tensor1d([]), tf.tensor1d([])];
    // Outputs 1 and 2 are the mean and n / (n − 1) times the variance; 3 and 4 the mean and the variance.
    const [y, , , mean, variance, reserved] = backend.executeMultipleOutputs(
      "FusedBatchNormV3",
      attributes,
      inputs,
      6,
    ) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
    move(layer.movingMean, mean, layer.momentum);
    move(layer.movingVariance, variance, layer.momentum);
    save([x, gamma, mean, variance, reserved]);
    return {
      value: y,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) =>
        backend
          .executeMultipleOutputs("FusedBatchNormGradV3", attributes, [dy, ...saved], 5)
          .slice(0, 3),
    };
  });
  return op(x, gamma, beta);
}

type Save = (tensors: tf.Tensor[]) => void;

function attributesOf({ epsilon }: BatchNormalization): OpAttribute[] {
  const { TF_ATTR_BOOL, TF_ATTR_FLOAT } = nodeBackend().binding;
  return [
    typeAttribute("T", "float32"),
    typeAttribute("U", "float32"),
    { name: "epsilon", type: TF_ATTR_FLOAT, value: epsilon },
    { name: "is_training", type: TF_ATTR_BOOL, value: true },
  ];
}

/** Moves an average towards a value, in tfjs's own ops. */
function move(average: tf.LayerVariable, value: tf.Tensor, momentum: number): void {
  const before = average.read();
  average.write(tf.sub(before, tf.mul(tf.sub(before, value), 1 - momentum)));
}

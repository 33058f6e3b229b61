import {
  alongChannels,
  biasOf,
  exchanged,
  type Layer,
  makingWeight,
  ruleOf,
  weightAt,
} from "../layers/index.js";
import { tf } from "../tensorflow/index.js";
import { normalizationAfter, statistics } from "./foldBatchNorm.js";
import { topology } from "./topology.js";

/**
 * @internal
 * Runs a function in which a model computes batch normalization as {@link foldBatchNorm} has it, without a new model: the layer
 * before it has its weights times the factors, and only a sum is left. Outputs and gradients are those of inference, up
 * to float32 rounding; the gradient for an input needs half of the time.
 */
export function withFoldedBatchNorm<T>(model: tf.LayersModel, run: () => T): T {
  const pairs = topology(model, { shared: true }).flatMap((node) => {
    const normalization = normalizationAfter(node);
    return normalization ? [{ layer: node.layer, normalization }] : [];
  });
  return pairs.reduceRight<() => T>((inner, pair) => () => folded(pair, inner), run)();
}

function folded<T>(
  { layer, normalization }: { layer: Layer; normalization: Layer },
  run: () => T,
): T {
  const { gamma, beta, mean, variance, epsilon } = statistics(normalization);
  const factor = tf.div(gamma, tf.sqrt(tf.add(variance, epsilon)));
  const shift = tf.sub(beta, tf.mul(mean, factor)) as tf.Tensor;
  const { path, outputs } = makingWeight(layer)!;
  const kernel = weightAt(layer, path).read();
  const channels = alongChannels(factor, kernel.shape, outputs);
  const weights = new Map([[path, tf.mul(kernel, channels) as tf.Tensor]]);
  const bias = biasOf(layer);
  if (bias) weights.set(ruleOf(layer).bias!, tf.mul(bias.read(), factor));
  const sums = (inputs: tf.Tensor | tf.Tensor[]) => {
    const x = [inputs].flat()[0]!;
    const { axis } = normalization.getConfig() as { axis: number };
    const at = axis < 0 ? axis + x.rank : axis;
    return tf.add(x, shift.reshape(x.shape.slice(at).map((_, i) => (i === 0 ? -1 : 1))));
  };
  // (A layer's class has the method; its own property hides it meanwhile.)
  Object.assign(normalization, { call: sums });
  try {
    return exchanged(layer, { weights, values: new Map() }, run);
  } finally {
    delete (normalization as Partial<Layer>).call;
  }
}

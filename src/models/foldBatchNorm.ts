import { tf } from "../tensorflow/index.js";
import { checkModel } from "./check.js";
import { copy, type Replacement, rebuild, twinOf } from "./rebuild.js";
import type { Layer, LayerNode } from "./topology.js";

/** Types with one kernel, its output channels last. */
const simple = ["Conv1D", "Conv2D", "DepthwiseConv2D", "Dense"];
const foldable = [...simple, "SeparableConv2D", "Conv2DTranspose"];

/**
 * Takes batch normalization into the layer before it: w′ = w · γ / √(σ² + ε) and
 * b′ = (b − μ) · γ / √(σ² + ε) + β, for each output channel. In inference the model computes the
 * same numbers, but for float32 rounding. Jacob et al. 2018, arXiv:1712.05877, equation 14.
 *
 * A normalization that doesn't directly follow a linear convolution or Dense layer, or
 * shares it with another layer, stays; so does one where either is used in several places.
 *
 * @returns a new model; the given one isn't changed
 * @throws TypeError for what isn't a Layers model
 * @example
 * q.foldBatchNorm(model).layers.length; // 11 (three of 13 have gone, and an input layer is counted)
 */
export function foldBatchNorm(model: tf.LayersModel): tf.LayersModel {
  checkModel(model);
  return rebuild(model, (node) => {
    if (node.inputs.length === 0) return { layers: [] };
    if (normalizationAfter(node.inputs[0]!, foldable) === node.layer) return { layers: [] };
    const normalization = normalizationAfter(node, foldable);
    return normalization ? fold(node.layer, normalization) : copy(node.layer);
  });
}

/** @internal The batch normalization that {@link foldBatchNorm} takes into a layer, if there is one. */
export function normalizationAfter(
  { layer, consumers, isOutput, uses }: LayerNode,
  types: readonly string[] = simple,
): Layer | undefined {
  const next = consumers[0]?.layer;
  const config = layer.getConfig();
  const linear = config.activation === undefined || config.activation === "linear";
  if (!types.includes(layer.getClassName()) || !linear || isOutput) return undefined;
  if (uses.length > 1 || (consumers[0]?.uses.length ?? 0) > 1) return undefined;
  if (consumers.length !== 1 || next?.getClassName() !== "BatchNormalization") return undefined;
  const axis = next.getConfig().axis as number;
  const rank = (layer.outputShape as tf.Shape).length;
  return axis === -1 || axis === rank - 1 ? next : undefined;
}

function fold(layer: Layer, normalization: Layer): Replacement {
  const twin = twinOf(layer, { useBias: true });
  const fill = () =>
    tf.tidy(() => {
      const weights = layer.getWeights();
      const bias = layer.getConfig().useBias ? weights.pop() : undefined;
      // A separable convolution has two kernels; the last one makes the outputs.
      const kernel = weights.pop()!;
      const { gamma, beta, mean, variance, epsilon } = statistics(normalization);
      const factor = tf.div(gamma, tf.sqrt(tf.add(variance, epsilon)));
      // A depthwise kernel is [height, width, channels, multiplier]: its channels are two axes.
      const channels =
        layer.getClassName() === "Conv2DTranspose"
          ? tf.expandDims(factor, 1) // [height, width, outputs, inputs]
          : tf.reshape(factor, kernel.shape.slice(channelAxis(layer)));
      const shift = bias ? tf.sub(bias, mean) : tf.neg(mean);
      twin.setWeights([...weights, tf.mul(kernel, channels), tf.add(tf.mul(shift, factor), beta)]);
    });
  return { layers: [twin], fill };
}

/** @internal The first of the axes of a layer's kernel that are its output channels. */
export function channelAxis(layer: Layer): number {
  return layer.getClassName() === "DepthwiseConv2D" ? -2 : -1;
}

/** @internal Gamma and beta can be switched off; then they are 1 and 0. */
export function statistics(normalization: Layer) {
  const { scale, center, epsilon } = normalization.getConfig() as {
    scale: boolean;
    center: boolean;
    epsilon: number;
  };
  const weights = normalization.getWeights();
  const [mean, variance] = weights.slice(-2) as [tf.Tensor, tf.Tensor];
  const gamma = scale ? weights[0]! : tf.onesLike(mean);
  const beta = center ? weights[scale ? 1 : 0]! : tf.zerosLike(mean);
  return { gamma, beta, mean, variance, epsilon };
}

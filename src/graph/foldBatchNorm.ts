import {
  alongChannels,
  biasOf,
  isChannelsFirst,
  makingWeight,
  nonlinearityOf,
  ruledWeights,
  ruleOf,
  weightAt,
} from "../layers/index.js";
import { tf } from "../tensorflow/index.js";
import { checkModel } from "./check.js";
import { copy, type Replacement, rebuild } from "./rebuild.js";
import type { Layer, LayerNode } from "./topology.js";
import { inOrder, twinOf } from "./twin.js";

/**
 * Takes batch normalization into the layer before it: w′ = w · γ / √(σ² + ε) and
 * b′ = (b − μ) · γ / √(σ² + ε) + β, for each output channel. In inference the model computes the same numbers,
 * except for float32 rounding. Jacob et al. 2018, arXiv:1712.05877, equation 14.
 *
 * A normalization stays if it doesn't directly follow a linear convolution or Dense layer, if another layer
 * reads that layer too, if either of the two is used in several places, or if the normalization is trained and
 * the layer before it is frozen.
 *
 * @returns a new model; the given one isn't changed
 * @throws TypeError if `model` isn't a Layers model
 * @example
 * q.foldBatchNorm(model).layers.length; // 11 (three of 13 have gone, and an input layer is counted)
 */
export function foldBatchNorm(model: tf.LayersModel): tf.LayersModel {
  checkModel(model);
  return rebuild(model, (node) => {
    if (node.inputs.length === 0) return { layers: [] };
    if (normalizationAfter(node.inputs[0]!) === node.layer) return { layers: [] };
    const normalization = normalizationAfter(node);
    return normalization ? fold(node, normalization) : copy(node.layer);
  });
}

/**
 * @internal
 * The batch normalization that {@link foldBatchNorm} takes into a layer, if there is one.
 *
 * @param takes whether normalization can be taken into a layer. Default: whether it can be folded
 */
export function normalizationAfter(
  node: LayerNode,
  takes: (layer: Layer) => boolean = takesFactors,
): Layer | undefined {
  const { layer, shape, consumers, isOutput, uses } = node;
  const next = consumers[0]?.layer;
  if (isOutput || consumers.length !== 1 || !next || !ruleOf(next).normalizesBatch)
    return undefined;
  if (uses.length > 1 || consumers[0]!.uses.length > 1 || !takes(layer)) return undefined;
  // A frozen kernel can't take in a factor that is trained.
  if (node.frozen && !consumers[0]!.frozen) return undefined;
  const axis = next.getConfig().axis as number;
  const channels = isChannelsFirst(layer) ? 1 : shape.length - 1;
  return axis === channels || axis + shape.length === channels ? next : undefined;
}

/** Whether a layer can have another factor and bias for each channel of its output. */
function takesFactors(layer: Layer): boolean {
  const { bias, withBias } = ruleOf(layer);
  const biased = bias !== undefined && withBias !== undefined;
  return biased && makingWeight(layer) !== undefined && nonlinearityOf(layer) === "linear";
}

/**
 * @internal
 * Whether a layer can be trained together with the normalization after it: its one kernel and its bias are properties of
 * the layer, and its channels are the last axis of its output.
 */
export function trainsBatchNorm(layer: Layer): boolean {
  const [kernel, ...others] = ruledWeights(layer);
  if (!kernel || others.length > 0 || kernel.path.includes(".")) return false;
  return !ruleOf(layer).bias?.includes(".") && !isChannelsFirst(layer) && takesFactors(layer);
}

function fold({ layer, consumers }: LayerNode, normalization: Layer): Replacement {
  const { bias: biasPath, withBias } = ruleOf(layer);
  const { path, outputs } = makingWeight(layer)!;
  const twin = twinOf(layer, withBias!(layer));
  const fill = () =>
    tf.tidy(() => {
      const { gamma, beta, mean, variance, epsilon } = statistics(normalization);
      const factor = tf.div(gamma, tf.sqrt(tf.add(variance, epsilon)));
      const kernel = weightAt(layer, path).read();
      const bias = biasOf(layer)?.read();
      const shift = bias ? tf.sub(bias, mean) : tf.neg(mean);
      copyKernels(layer, twin);
      const channels = alongChannels(factor, kernel.shape, outputs);
      weightAt(twin, path).write(tf.mul(kernel, channels));
      const sum = weightAt(twin, biasPath!);
      sum.write(tf.add(tf.mul(shift, factor), beta));
      // If β is frozen, and no bias is added to it, the sum is frozen too.
      if (!bias && consumers[0]!.frozen) sum.trainable = false;
    });
  return { layers: [twin], fill };
}

/** All weights but the biases, of which the first layer may have none. */
function copyKernels(from: Layer, to: Layer): void {
  const [values, variables] = [from, to].map((layer) => {
    const bias = biasOf(layer);
    return layer.weights.filter((weight) => weight !== bias);
  });
  variables!.forEach((variable, i) => {
    variable.write(values![i]!.read());
  });
}

/** @internal Gamma and beta can be switched off; then they are 1 and 0. */
export function statistics(normalization: Layer) {
  const { scale, center, epsilon } = normalization.getConfig() as {
    scale: boolean;
    center: boolean;
    epsilon: number;
  };
  const weights = inOrder(normalization).map((weight) => weight.read());
  const [mean, variance] = weights.slice(-2) as [tf.Tensor, tf.Tensor];
  const gamma = scale ? weights[0]! : tf.onesLike(mean);
  const beta = center ? weights[scale ? 1 : 0]! : tf.zerosLike(mean);
  return { gamma, beta, mean, variance, epsilon };
}

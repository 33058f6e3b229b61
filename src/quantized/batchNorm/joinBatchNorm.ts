import type { Layer, LayerNode } from "../../graph/index.js";
import {
  copy,
  normalizationAfter,
  type Replacement,
  rebuild,
  statistics,
  trainsBatchNorm,
  twinOf,
} from "../../graph/index.js";
import { biasOf, ruledWeights, ruleOf, weightAt } from "../../layers/index.js";
import { tf } from "../../tensorflow/index.js";
import { TrainedBatchNorm } from "./trainedBatchNorm.js";

/**
 * @internal
 * A copy of a model, in which each batch normalization that {@link foldBatchNorm} would fold is one layer with
 * the layer before it. In training and in inference the copy computes the same as the model, except for
 * rounding.
 */
export function joinBatchNorm(model: tf.LayersModel): tf.LayersModel {
  return rebuild(model, (node) => {
    if (node.inputs.length === 0) return { layers: [] };
    if (joinedAfter(node.inputs[0]!) === node.layer) return { layers: [] };
    const normalization = joinedAfter(node);
    return normalization ? join(node, normalization) : copy(node.layer);
  });
}

/** The normalization that is trained in a layer; one whose weights have regularizers or constraints is trained by itself. */
function joinedAfter(node: LayerNode): Layer | undefined {
  const normalization = normalizationAfter(node, trainsBatchNorm);
  const options = Object.entries(normalization?.getConfig() ?? {});
  const isHeld = options.some(([name, value]) => /Regularizer$|Constraint$/.test(name) && value);
  return isHeld ? undefined : normalization;
}

function join({ layer, consumers }: LayerNode, normalization: Layer): Replacement {
  const { momentum, epsilon, scale, center } = normalization.getConfig() as Record<string, never>;
  const twin = twinOf(layer, ruleOf(layer).withBias!(layer));
  const fused = new TrainedBatchNorm({ layer: twin, momentum, epsilon, scale, center });
  const fill = () =>
    tf.tidy(() => {
      const kernel = weightAt(layer, ruledWeights(layer)[0]!.path).read();
      const bias = biasOf(layer)?.read();
      const { gamma, beta, mean, variance } = statistics(normalization);
      // The mean is that of the output with the bias. Without the bias, the mean is less by the bias.
      fused.fill({
        kernel,
        gamma,
        beta,
        mean: bias ? tf.sub(mean, bias) : mean,
        variance,
      });
      if (consumers[0]!.frozen) fused.freezeNormalization({ bias: bias !== undefined });
    });
  return { layers: [fused], fill };
}

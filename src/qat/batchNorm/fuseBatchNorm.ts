import { normalizationAfter, statistics } from "../../models/foldBatchNorm.js";
import { copy, type Replacement, rebuild, twinOf } from "../../models/rebuild.js";
import type { Layer } from "../../models/topology.js";
import { tf } from "../../tensorflow/index.js";
import { FoldedBatchNorm } from "./foldedBatchNorm.js";

/**
 * @internal
 * The model again, each batch normalization in one layer with the one before it, where {@link foldBatchNorm}
 * would fold it away. In training and in inference it computes what the model does, but for rounding.
 */
export function fuseBatchNorm(model: tf.LayersModel): tf.LayersModel {
  return rebuild(model, (node) => {
    if (node.inputs.length === 0) return { layers: [] };
    if (normalizationAfter(node.inputs[0]!) === node.layer) return { layers: [] };
    const normalization = normalizationAfter(node);
    return normalization ? fuse(node.layer, normalization) : copy(node.layer);
  });
}

function fuse(layer: Layer, normalization: Layer): Replacement {
  const { momentum, epsilon, scale, center } = normalization.getConfig() as Record<string, never>;
  const twin = twinOf(layer, { useBias: true });
  const fused = new FoldedBatchNorm({ layer: twin, momentum, epsilon, scale, center });
  const fill = () =>
    tf.tidy(() => {
      const [kernel, bias] = layer.getWeights();
      const { gamma, beta, mean, variance } = statistics(normalization);
      // The mean takes the bias away again: without it, it is less by it.
      fused.fill({
        kernel: kernel!,
        gamma,
        beta,
        mean: bias ? tf.sub(mean, bias) : mean,
        variance,
      });
    });
  return { layers: [fused], fill };
}

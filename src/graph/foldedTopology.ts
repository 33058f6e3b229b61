import type { tf } from "../tensorflow/index.js";
import { normalizationAfter } from "./foldBatchNorm.js";
import { type LayerNode, topology } from "./topology.js";

/**
 * @internal
 * The layers of a model as {@link foldBatchNorm} connects them, without building anything: batch normalization that can
 * be folded is left out, and what reads it reads the layer before it.
 */
export function foldedTopology(model: tf.LayersModel): LayerNode[] {
  const nodes = topology(model, { shared: true });
  const folds = nodes.flatMap((node) =>
    normalizationAfter(node) ? [{ node, normalization: node.consumers[0]! }] : [],
  );
  for (const { node, normalization } of folds) {
    const { consumers, isOutput } = normalization;
    Object.assign(node, { consumers, isOutput });
    for (const { inputs } of consumers) {
      inputs.forEach((input, i) => {
        if (input === normalization) inputs[i] = node;
      });
    }
  }
  const left = new Set(folds.map(({ normalization }) => normalization));
  return nodes.filter((node) => !left.has(node));
}

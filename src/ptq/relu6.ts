import { foldBatchNorm } from "../models/foldBatchNorm.js";
import { twinOf } from "../models/rebuild.js";
import type { Layer } from "../models/topology.js";
import type { tf } from "../tensorflow/index.js";
import { duplicate } from "./network.js";

/** @internal The model with batch normalization folded and a ReLU in place of each ReLU6. */
export function replaceRelu6(model: tf.LayersModel): tf.LayersModel {
  const folded = foldBatchNorm(model);
  try {
    return duplicate(folded, (layer) => {
      const change = changeOf(layer);
      if (!change) return undefined;
      const twin = twinOf(layer, change);
      return { layers: [twin], fill: () => twin.setWeights(layer.getWeights()) };
    });
  } finally {
    folded.dispose();
  }
}

function changeOf(layer: Layer): Record<string, unknown> | undefined {
  const { activation, maxValue } = layer.getConfig();
  if (activation === "relu6") return { activation: "relu" };
  if (layer.getClassName() === "ReLU" && maxValue) return { maxValue: null };
  return undefined;
}

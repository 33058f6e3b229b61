import { copy, foldBatchNorm } from "../../graph/index.js";
import { withoutBound } from "../../layers/index.js";
import type { tf } from "../../tensorflow/index.js";
import { duplicate } from "../network/network.js";

/** @internal The model with batch normalization folded and a ReLU in place of each ReLU6. */
export function replaceRelu6(model: tf.LayersModel): tf.LayersModel {
  const folded = foldBatchNorm(model);
  try {
    return duplicate(folded, (layer) => {
      const change = withoutBound(layer);
      return change && copy(layer, change);
    });
  } finally {
    folded.dispose();
  }
}

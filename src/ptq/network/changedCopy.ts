import { foldBatchNorm } from "../../graph/index.js";
import type { tf } from "../../tensorflow/index.js";
import { setCodes } from "./kernelGrid.js";
import { reportLeft } from "./left.js";
import { duplicate, mappedWeights, type QuantizedWeight, quantizedWeights } from "./network.js";

/** The models that a technique works with. */
export interface Models {
  /** The float model with batch normalization folded. */
  float: tf.LayersModel;
  /** The copy of the quantized model that the technique changes. */
  copy: tf.LayersModel;
}

/**
 * @internal
 * A copy of a quantized model that a technique has changed; the copy is disposed if the technique fails.
 *
 * @param replace layers for the copy in place of a layer, as in {@link duplicate}
 */
export async function changedCopy(
  model: tf.LayersModel,
  quantized: tf.LayersModel,
  change: (models: Models) => Promise<void> | void,
  replace?: Parameters<typeof duplicate>[1],
): Promise<tf.LayersModel> {
  const float = foldBatchNorm(model);
  try {
    const copy = duplicate(quantized, replace);
    try {
      await change({ float, copy });
      return copy;
    } catch (error) {
      copy.dispose();
      throw error;
    }
  } finally {
    float.dispose();
  }
}

/**
 * @internal
 * A copy of a quantized model with new codes for each weight that has a linear map, chosen layer by layer. A
 * warning names the other weights.
 *
 * @param codesOf finds the codes of a weight of `copy`, in which the weights before have their new codes
 * @throws TypeError if no quantized weight has a linear map (the message names the layers)
 */
export function recodedCopy(
  technique: "adaround" | "gptq",
  { model, quantized }: { model: tf.LayersModel; quantized: tf.LayersModel },
  codesOf: (weight: QuantizedWeight, models: Models) => Promise<Int32Array>,
): Promise<tf.LayersModel> {
  reportLeft(technique, quantized, (layer, path) =>
    mappedWeights(layer.inner).some((weight) => weight.path === path),
  );
  return changedCopy(model, quantized, async (models) => {
    for (const weight of quantizedWeights(models.copy))
      setCodes(weight, await codesOf(weight, models));
  });
}

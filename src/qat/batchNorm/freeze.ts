import type { tf } from "../../tensorflow/index.js";
import { fusedLayers } from "./fused.js";

/**
 * From here on training uses the long-term statistics of batch normalization, too, and leaves them as they are: the
 * noise of the batches ends. γ and β are trained on. Krishnamoorthi 2018, arXiv:1806.08342, section 3.2.2,
 * recommends it for the last epochs.
 *
 * @param model of {@link prepare} with `{ batchNorm: "train" }`
 * @throws TypeError for a model without trained batch normalization
 * @example
 * const trained = await q.prepare(model, scheme, { calibration: train.take(256), batchNorm: "train" });
 * q.qat.freezeBatchNorm(trained);
 * const { inner } = trained.getLayer("conv") as q.QuantizedLayer;
 * (inner as q.qat.FoldedBatchNorm).frozen; // true
 */
export function freezeBatchNorm(model: tf.LayersModel): void {
  for (const layer of fusedLayers(model)) layer.frozen = true;
}

/**
 * Lets training use the statistics of each batch again, and move the long-term ones.
 *
 * @throws TypeError for a model without trained batch normalization
 * @example
 * const trained = await q.prepare(model, scheme, { calibration: train.take(256), batchNorm: "train" });
 * q.qat.unfreezeBatchNorm(trained);
 * const { inner } = trained.getLayer("conv") as q.QuantizedLayer;
 * (inner as q.qat.FoldedBatchNorm).frozen; // false
 */
export function unfreezeBatchNorm(model: tf.LayersModel): void {
  for (const layer of fusedLayers(model)) layer.frozen = false;
}

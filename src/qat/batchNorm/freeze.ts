import { trainedBatchNorms } from "../../quantized/index.js";
import type { tf } from "../../tensorflow/index.js";

/**
 * Makes training use the long-term statistics of batch normalization, as inference does, and leave them as they
 * are, so that the noise of the batches ends. γ and β are still trained. Krishnamoorthi 2018, arXiv:1806.08342,
 * section 3.2.2, recommends this for the last epochs.
 *
 * @param model a model from {@link prepare} with `{ batchNorm: "train" }`, changed in place
 * @throws TypeError if the model has no trained batch normalization
 * @example
 * const trained = await q.prepare(model, scheme, { calibration: train.take(256), batchNorm: "train" });
 * q.qat.freezeBatchNorm(trained);
 * const { inner } = trained.getLayer("conv") as q.QuantizedLayer;
 * (inner as q.qat.TrainedBatchNorm).frozen; // true
 */
export function freezeBatchNorm(model: tf.LayersModel): void {
  for (const layer of trainedBatchNorms(model)) layer.frozen = true;
}

/**
 * Lets training use the statistics of each batch again, and update the long-term statistics.
 *
 * @throws TypeError if the model has no trained batch normalization
 * @example
 * const trained = await q.prepare(model, scheme, { calibration: train.take(256), batchNorm: "train" });
 * q.qat.unfreezeBatchNorm(trained);
 * const { inner } = trained.getLayer("conv") as q.QuantizedLayer;
 * (inner as q.qat.TrainedBatchNorm).frozen; // false
 */
export function unfreezeBatchNorm(model: tf.LayersModel): void {
  for (const layer of trainedBatchNorms(model)) layer.frozen = false;
}

import { type PrepareOptions, prepare } from "../qat/prepare.js";
import { QuantizedLayer } from "../qat/quantizedLayer.js";
import type { Scheme } from "../quantizers/index.js";
import type { tf } from "../tensorflow/index.js";

/**
 * Quantizes a trained model without training it (post-training quantization). The result predicts
 * with fake-quantized kernels and activations, and its kernels hold nothing but the rounded values.
 *
 * It is {@link prepare} and rounding: with the same calibration both predict the same numbers.
 *
 * @param model as {@link prepare} takes it; it isn't changed
 * @param scheme the formats, from {@link scheme}
 * @param options `calibration`, a few hundred examples; `method`, `"mse"` (default) or `"minmax"`
 * @returns a new tfjs Layers model
 * @throws TypeError for a layer that can't be quantized, naming it
 * @example
 * const ptq = await q.quantize(model, scheme, { calibration: train.take(256), method: "mse" });
 * q.accuracy(ptq, test); // 0.78 (W3A3; 0.96 in float)
 */
export async function quantize(
  model: tf.LayersModel,
  scheme: Scheme,
  {
    calibration,
    method = "mse",
  }: Pick<PrepareOptions, "calibration" | "method"> = {} as PrepareOptions,
): Promise<tf.LayersModel> {
  const quantized = await prepare(model, scheme, { calibration, method });
  for (const layer of quantized.layers) {
    if (layer instanceof QuantizedLayer) layer.roundWeights();
  }
  return quantized;
}

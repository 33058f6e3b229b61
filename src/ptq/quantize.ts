import type { Dataset } from "../datasets/index.js";
import { type PrepareOptions, prepare } from "../qat/prepare.js";
import { QuantizedLayer } from "../qat/quantizedLayer.js";
import type { Scheme } from "../quantizers/index.js";
import type { tf } from "../tensorflow/index.js";
import { correct, planOf, prepareFloat, type Step } from "./steps.js";

/** Options of {@link quantize}. */
export interface QuantizeOptions extends Pick<PrepareOptions, "method"> {
  /** Examples on which the ranges of activations are found, and what steps learn from; a few hundred do. */
  calibration: Dataset;
  /**
   * Techniques, in order: `"equalize"`, `"smoothQuant"` and `"rotate"` change the float model, then
   * `"adaround"` or `"gptq"`, and `"biasCorrection"`, the quantized one. With options:
   * `{ name: "adaround", iterations: 2000 }`. Default: none.
   */
  steps?: readonly Step[];
}

/**
 * Quantizes a trained model without training it (post-training quantization). The result predicts
 * with fake-quantized kernels and activations, and its kernels hold nothing but the rounded values.
 *
 * Without steps it is {@link prepare} and rounding: with the same calibration both predict the same
 * numbers.
 *
 * @param model as {@link prepare} takes it; it isn't changed
 * @param scheme the formats, from {@link scheme}
 * @param options `calibration`, a few hundred examples; `method`, how ranges are found: `"mse"` (default),
 *   `"minmax"`, `"ema"`, `"percentile"`, `"sigma"`, `"kl"`, `"aciq"` or `"octav"`, as {@link observer} takes
 *   them; `steps`, techniques of `q.ptq` by name
 * @returns a new tfjs Layers model
 * @throws TypeError for a layer that can't be quantized, naming it, and for steps that are unknown or don't go
 *   together; what the steps throw
 * @example
 * const ptq = await q.quantize(model, scheme, { calibration: train.take(256), method: "mse" });
 * q.accuracy(ptq, test); // 0.8 (W3A3; 0.96 in float)
 * @example
 * const steps = ["equalize", "biasCorrection"] as const;
 * const corrected = await q.quantize(model, scheme, { calibration: train.take(256), steps });
 * q.accuracy(corrected, test); // 0.9
 */
export async function quantize(
  model: tf.LayersModel,
  scheme: Scheme,
  { calibration, method = "mse", steps = [] }: QuantizeOptions = {} as QuantizeOptions,
): Promise<tf.LayersModel> {
  const plan = planOf(steps);
  const float = await prepareFloat(model, plan, { calibration });
  try {
    const quantized = await prepare(float, scheme, { calibration, method });
    for (const layer of quantized.layers) {
      if (layer instanceof QuantizedLayer) layer.roundWeights();
    }
    return await correct(float, quantized, plan, { calibration });
  } finally {
    if (float !== model) float.dispose();
  }
}

import { checkOptions } from "../arguments/index.js";
import {
  type PrepareOptions,
  QuantizedLayer,
  quantizedTwin,
  snapBiases,
} from "../quantized/index.js";
import type { Scheme } from "../quantizers/index.js";
import type { tf } from "../tensorflow/index.js";
import type { InputData } from "../train/index.js";
import { correct, planOf, prepareFloat, type Technique } from "./techniques.js";

/** Options of {@link quantize}. */
export interface QuantizeOptions extends Pick<PrepareOptions, "method" | "biases"> {
  /**
   * Examples on which the ranges of activations are found, and from which techniques learn; a few hundred are
   * enough.
   */
  calibration: InputData;
  /**
   * The names of techniques of `q.ptq`, in order: first those that change the float model, as `"equalize"` does,
   * then those that change the quantized model, as `"adaround"` does. A technique with options is written
   * `{ name: "adaround", iterations: 2000 }`. Default: none.
   */
  techniques?: readonly Technique[];
}

/**
 * Quantizes a trained model without training it (post-training quantization). The result predicts
 * with fake-quantized kernels and activations, and its kernels hold nothing but the rounded values.
 *
 * Without techniques, `quantize` does what {@link prepare} does, and then rounds the kernels: with the same
 * calibration both models predict the same numbers.
 *
 * @param model as {@link prepare} takes it; the model isn't changed
 * @param scheme the formats, from {@link scheme}
 * @returns a new tfjs Layers model
 * @throws TypeError if a layer can't be quantized (the message names the layer), or if techniques are unknown
 *   or don't go together; and the errors of the techniques
 * @example
 * const ptq = await q.quantize(model, scheme, { calibration: train.take(256), method: "mse" });
 * q.accuracy(ptq, test); // 0.8 (W3A3; 0.96 in float)
 * @example
 * const techniques = ["equalize", "biasCorrection"] as const;
 * const corrected = await q.quantize(model, scheme, { calibration: train.take(256), techniques });
 * q.accuracy(corrected, test); // 0.9
 */
export async function quantize(
  model: tf.LayersModel,
  scheme: Scheme,
  options: QuantizeOptions = {} as QuantizeOptions,
): Promise<tf.LayersModel> {
  checkOptions<QuantizeOptions>(
    "q.quantize",
    options,
    {
      calibration: true,
      techniques: true,
      method: true,
      biases: true,
    },
    { steps: 'techniques, as in { techniques: ["equalize"] }' },
  );
  const { calibration, method = "mse", techniques = [], biases } = options;
  const plan = planOf(techniques);
  const float = await prepareFloat(model, plan, { calibration });
  try {
    const quantized = await quantizedTwin(float, scheme, { calibration, method, biases });
    for (const layer of quantized.layers) {
      if (layer instanceof QuantizedLayer) layer.roundWeights();
    }
    const corrected = await correct(float, quantized, plan, { calibration });
    if (biases === "grid") snapBiases(corrected);
    return corrected;
  } finally {
    if (float !== model) float.dispose();
  }
}
